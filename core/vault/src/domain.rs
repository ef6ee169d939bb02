//! The domain separation strings; the table in the crate's documentation says what each is for.

pub const KIT_ROOT: &[u8] = b"wellkept/kit/root/1";
pub const KIT_WRAP: &[u8] = b"wellkept/kit/wrap/1";
pub const DATABASE_DEVICE: &[u8] = b"wellkept/database/device/1";
pub const SEAL: &[u8] = b"wellkept/seal/1\0";
pub const WRAP_PASSPHRASE: &[u8] = b"wellkept/wrap/passphrase/1";
pub const WRAP_UNDER_KIT: &[u8] = b"wellkept/wrap/kit/1";
pub const WRAP_CHECK: &[u8] = b"wellkept/wrap/check/1\0";
