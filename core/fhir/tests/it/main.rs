//! The crate from outside: golden texts of every lens, bundles taken apart, hostile input.

#[cfg(test)]
mod bundles;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod h4;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod references;
#[cfg(test)]
mod search;
#[cfg(test)]
mod summary;
#[cfg(test)]
mod times;
