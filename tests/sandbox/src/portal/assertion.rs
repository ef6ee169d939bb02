//! Signed words of clients (RFC 7523; SMART App Launch 2.2, "Client Authentication: Asymmetric").

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

/// What a client says of itself.
#[derive(Debug, Deserialize)]
pub(super) struct Word {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: String,
    pub(super) exp: i64,
    pub(super) jti: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// Whose word it claims to be.
pub(super) fn subject(assertion: &str) -> Option<String> {
    Some(part::<Word>(assertion.split('.').nth(1)?)?.sub)
}

/// The word, if one of these keys signed it.
pub(super) fn check(assertion: &str, keys: &[Value]) -> Result<Word, &'static str> {
    let mut parts = assertion.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("the assertion does not have three parts");
    };
    let (Some(head), Some(word)) = (part::<Header>(header), part::<Word>(claims)) else {
        return Err("the assertion lacks alg, kid, typ, iss, sub, aud, exp or jti");
    };
    if head.typ != "JWT" {
        return Err("typ must be JWT");
    }
    let mut fitting = keys.iter().filter(|key| text(key, "kid") == Some(head.kid.as_str()));
    let (Some(key), None) = (fitting.next(), fitting.next()) else {
        return Err("no one key of this kid is registered");
    };
    let message = format!("{header}.{claims}");
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default();
    if verify(&head.alg, key, message.as_bytes(), &signature) == Some(()) {
        Ok(word)
    } else {
        Err("the signature does not fit the key")
    }
}

/// The keys of a JWK Set.
pub(super) fn keys(set: &Value) -> Vec<Value> {
    set.get("keys").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Whether a key may be registered: a kid, an algorithm that SMART names, and nothing private.
pub(super) fn is_public(key: &Value) -> bool {
    let private = ["d", "p", "q", "dp", "dq", "qi", "k"].iter().any(|name| key.get(name).is_some());
    let known = match text(key, "kty") {
        Some("EC") => text(key, "crv") == Some("P-384"),
        Some("RSA") => number(key, "n").is_some_and(|n| n.len() >= 256),
        _ => false,
    };
    known && !private && text(key, "kid").is_some_and(|kid| !kid.is_empty())
}

pub(super) fn is_rsa(key: &Value) -> bool {
    text(key, "kty") == Some("RSA")
}

fn verify(alg: &str, key: &Value, message: &[u8], signature: &[u8]) -> Option<()> {
    match (alg, text(key, "kty")?) {
        ("ES384", "EC") => {
            let point = [vec![4], number(key, "x")?, number(key, "y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(message, signature).ok()
        }
        ("RS384", "RSA") => {
            let key = RsaPublicKeyComponents { n: number(key, "n")?, e: number(key, "e")? };
            key.verify(&RSA_PKCS1_2048_8192_SHA384, message, signature).ok()
        }
        _ => None,
    }
}

fn number(key: &Value, name: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text(key, name)?.as_bytes()).ok()
}

fn text<'k>(key: &'k Value, name: &str) -> Option<&'k str> {
    key.get(name)?.as_str()
}

fn part<T: for<'d> Deserialize<'d>>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The example of SMART App Launch 2.2 ("Example JWS generation for Asymmetric Client Auth"), made with python-jose.
    const GUIDE: &str = "eyJhbGciOiJFUzM4NCIsImtpZCI6ImNkNTIwMjExZTU2NjFkYmJhMjI1NmY2N2Y2ZDUzZjk3IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2JpbGktbW9uaXRvci5leGFtcGxlLmNvbSIsInN1YiI6Imh0dHBzOi8vYmlsaS1tb25pdG9yLmV4YW1wbGUuY29tIiwiYXVkIjoiaHR0cHM6Ly9hdXRob3JpemUuc21hcnRoZWFsdGhpdC5vcmcvdG9rZW4iLCJleHAiOjE0MjI1Njg4NjAsImp0aSI6InJhbmRvbS1ub24tcmV1c2FibGUtand0LWlkLTEyMyJ9.ddl5N8dt5PYI_7syKg_dm1wj1LR3dYVztFlTODs6pU1vKH1Zv3d9NctbnAsZ4aZ1K7HE83_fA_hIAL0JsU1GoB7roLmrpj8zfygG9Q1ZBAmKNoR60pyONPZsGTihoR29";

    fn key() -> Value {
        json!({"kty": "EC", "crv": "P-384", "kid": "cd520211e5661dbba2256f67f6d53f97",
            "x": "pyqburM9y8HPcFhNosDW6ngoVEJitqXi_HJgI5hYqX21PoFDwCbYirGy_o0oapIU",
            "y": "95bxkCnMKoHvgbcPAIAcgzzu8scd81mXfM_IzuJFNfkUNkGYBFGvuEU1KPi5j1ob"})
    }

    #[test]
    fn the_word_of_the_guide_is_accepted() {
        let word = check(GUIDE, &[key()]).unwrap();
        assert_eq!(word.iss, "https://bili-monitor.example.com");
        assert_eq!(
            (word.aud.as_str(), word.exp),
            ("https://authorize.smarthealthit.org/token", 1_422_568_860)
        );
        assert_eq!(subject(GUIDE).as_deref(), Some("https://bili-monitor.example.com"));
    }

    #[test]
    fn another_word_or_key_is_not() {
        let with = |name: &str, value: Value| {
            let mut key = key();
            key[name] = value;
            check(GUIDE, &[key]).err()
        };
        assert!(with("kid", json!("another")).is_some());
        assert!(with("kty", json!("RSA")).is_some());
        assert!(
            with("x", json!("pyqburM9y8HPcFhNosDW6ngoVEJitqXi_HJgI5hYqX21PoFDwCbYirGy_o0oapIV")).is_some()
        );
        assert!(check(GUIDE, &[]).is_err());
        assert!(check(GUIDE, &[key(), key()]).is_err(), "two of one name");
        let parts: Vec<&str> = GUIDE.split('.').collect();
        let claims = BASE64URL_NOPAD.encode(br#"{"iss":"a","sub":"a","aud":"b","exp":1,"jti":"c"}"#);
        assert!(check(&format!("{}.{claims}.{}", parts[0], parts[2]), &[key()]).is_err(), "other claims");
        let header =
            BASE64URL_NOPAD.encode(br#"{"alg":"none","kid":"cd520211e5661dbba2256f67f6d53f97","typ":"JWT"}"#);
        assert!(check(&format!("{header}.{}.", parts[1]), &[key()]).is_err(), "unsigned");
        for short in ["", "a", "a.b", "a.b.c.d"] {
            assert!(check(short, &[key()]).is_err());
        }
    }

    #[test]
    fn only_public_keys_of_the_two_kinds_are_registered() {
        assert!(is_public(&key()) && !is_rsa(&key()));
        for (name, value) in
            [("d", json!("x")), ("kid", json!("")), ("kty", json!("oct")), ("crv", json!("P-256"))]
        {
            let mut bad = key();
            bad[name] = value;
            assert!(!is_public(&bad), "{name}");
        }
    }
}
