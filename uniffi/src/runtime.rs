//! The library's own threads: what blocks, computes or waits runs there, never on the thread that calls.

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::LazyLock;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::AbortHandle;

use crate::HealthError;

const NAME: &str = "wellkept";

static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    keep_panics_quiet();
    Builder::new_multi_thread().worker_threads(2).enable_all().thread_name(NAME).build().ok()
});

thread_local! {
    /// Where the last panic of this thread was.
    static BROKE_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

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
    let task = runtime.spawn_blocking(|| contained(work));
    let _asked = Asked(task.abort_handle());
    task.await.unwrap_or_else(|_| Err(HealthError::bug("a call was dropped")))
}

/// The same for what also waits for the network: `work` makes its future on that thread and is driven there.
pub(crate) async fn on_thread_async<T: Send + 'static, F: Future<Output = Result<T, HealthError>>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<T, HealthError> {
    on_thread(move || Handle::current().block_on(work())).await
}

/// A panic in `work` is an error that says where it was.
pub(crate) fn contained<T>(work: impl FnOnce() -> Result<T, HealthError>) -> Result<T, HealthError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(HealthError::broke(BROKE_AT.with(|at| at.take()))))
}

/// What a panic says may hold what a person wrote, and a process's output is read by others: of panics on the library's own
/// threads only the place is kept. Those of other threads are none of ours.
fn keep_panics_quiet() {
    let before = take_hook();
    set_hook(Box::new(move |panic| {
        if thread::current().name() == Some(NAME) {
            BROKE_AT.with(|at| at.replace(place(panic)));
        } else {
            before(panic);
        }
    }));
}

fn place(panic: &PanicHookInfo<'_>) -> String {
    let named = panic.location().map(|at| (Path::new(at.file()).file_name().unwrap_or_default(), at.line()));
    named.map(|(file, line)| format!("{}:{line}", file.to_string_lossy())).unwrap_or_default()
}
