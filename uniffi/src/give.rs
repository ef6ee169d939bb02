//! From the client's own types to those that cross the language border, field by field.

/// What becomes of a value on its way out.
pub(crate) trait Give<T> {
    fn give(self) -> T;
}

macro_rules! as_it_is {
    ($($kind:ty,)*) => { $(impl Give<$kind> for $kind {
        fn give(self) -> $kind {
            self
        }
    })* };
}

as_it_is! { String, bool, u32, u64, i64, (), }

impl Give<u64> for usize {
    fn give(self) -> u64 {
        u64::try_from(self).unwrap_or(u64::MAX)
    }
}

impl Give<String> for &'static str {
    fn give(self) -> String {
        self.to_owned()
    }
}

impl<A: Give<B>, B> Give<Vec<B>> for Vec<A> {
    fn give(self) -> Vec<B> {
        self.into_iter().map(Give::give).collect()
    }
}

impl<A: Give<B>, B> Give<Option<B>> for Option<A> {
    fn give(self) -> Option<B> {
        self.map(Give::give)
    }
}

impl<A: Give<B>, B> Give<B> for Box<A> {
    fn give(self) -> B {
        (*self).give()
    }
}

/// Declares a record with the fields of one of the client's own, and how it is made of that one.
macro_rules! mirror {
    ($(#[$about:meta])* struct $name:ident = $from:ty { $($(#[$of:meta])* $field:ident: $kind:ty,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
        pub struct $name { $($(#[$of])* pub $field: $kind,)+ }

        impl $crate::give::Give<$name> for $from {
            fn give(self) -> $name {
                $name { $($field: self.$field.give(),)+ }
            }
        }
    };
}

/// The same for an enum.
macro_rules! mirror_enum {
    ($(#[$about:meta])* enum $name:ident = $from:ty {
        $($(#[$of:meta])* $variant:ident $({ $($(#[$within:meta])* $field:ident: $kind:ty,)+ })?,)+
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
        pub enum $name { $($(#[$of])* $variant $({ $($(#[$within])* $field: $kind,)+ })?,)+ }

        impl $crate::give::Give<$name> for $from {
            fn give(self) -> $name {
                type From = $from;
                match self {
                    $(From::$variant $({ $($field,)+ })? => $name::$variant $({ $($field: $field.give(),)+ })?,)+
                }
            }
        }
    };
}
