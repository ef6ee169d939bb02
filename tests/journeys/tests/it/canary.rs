pub async fn journey(_home: &std::path::Path, _more: &serde_json::Value) {}
