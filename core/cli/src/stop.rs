//! Ctrl-C while something is under way: the first asks to come to an end, the second ends at once.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::exit::Exit;

/// Hears Ctrl-C until dropped.
pub struct Stop {
    asked: watch::Receiver<bool>,
    hearing: JoinHandle<()>,
}

impl Stop {
    /// From now on Ctrl-C only asks. Called within a runtime.
    pub fn listen() -> Self {
        let (tell, asked) = watch::channel(false);
        let hearing = tokio::spawn(async move {
            // Where it cannot be heard, it ends the program as ever.
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            tell.send_replace(true);
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(Exit::Stopped as i32);
            }
        });
        Self { asked, hearing }
    }

    /// Whether it was asked for.
    pub fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    /// Comes back when it is asked for.
    pub async fn asked(&self) {
        let mut asked = self.asked.clone();
        if asked.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.hearing.abort();
    }
}
