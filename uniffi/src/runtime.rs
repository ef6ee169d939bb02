//! The library's own threads: what blocks, computes or waits runs there, never on the thread that calls.

use std::future::Future;
use std::sync::LazyLock;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::{AbortHandle, JoinError};

use crate::HealthError;

static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(2).enable_all().thread_name("wellkept").build().ok()
});

/// What a caller waits for. Dropped before its turn came, it is not begun; once begun, it goes on to its end by itself.
struct Asked(AbortHandle);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs what blocks on a thread of the library. A panic in it is an error.
pub(crate) async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HealthError> + Send + 'static,
) -> Result<T, HealthError> {
    let runtime = RUNTIME.as_ref().ok_or_else(|| HealthError::bug("no threads could be started"))?;
    let task = runtime.spawn_blocking(work);
    let _asked = Asked(task.abort_handle());
    task.await.unwrap_or_else(|failed| Err(contained(&failed)))
}

/// The same for what also waits for the network: `work` makes its future on that thread and is driven there.
pub(crate) async fn on_thread_async<T: Send + 'static, F: Future<Output = Result<T, HealthError>>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<T, HealthError> {
    on_thread(move || Handle::current().block_on(work())).await
}

fn contained(failed: &JoinError) -> HealthError {
    HealthError::bug(if failed.is_panic() { "a panic was contained" } else { "a call was dropped" })
}
