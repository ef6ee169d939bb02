use crate::{Error, SecretKey32, SigningKey, domain};
use bip39::{Language, Mnemonic};

use zeroize::{Zeroize, Zeroizing};

const WORDS: usize = 24;

/// The recovery kit: 32 random bytes, shown once as 24 words (BIP-39, English list: 256 bits and 8 bits of checksum). Whoever holds it
/// can open the record and prove whose it is.
pub struct RecoveryKit(SecretKey32);

impl RecoveryKit {
    /// A kit of these random bytes.
    pub fn new(random: SecretKey32) -> Self {
        Self(random)
    }

    /// The 24 words, in order. To be shown once and kept nowhere.
    ///
    /// # Errors
    /// [`Error::WordsDoNotFit`], which 32 bytes never cause.
    pub fn words(&self) -> Result<[&'static str; WORDS], Error> {
        let mnemonic = Mnemonic::from_entropy_in(Language::English, self.0.expose())
            .map_err(|_| Error::WordsDoNotFit)?;
        let mut words = [""; WORDS];
        for (to, from) in words.iter_mut().zip(mnemonic.words()) {
            *to = from;
        }
        Ok(words)
    }

    /// Reads the words back, as people write them: any case, numbers, punctuation, spaces and line breaks between them.
    ///
    /// # Errors
    /// [`Error::UnknownWord`] with the position of the first word that is not on the list, [`Error::WordCount`], or
    /// [`Error::WordsDoNotFit`] when the checksum does not hold.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut found = 0_usize;
        let mut listed = Zeroizing::new(String::with_capacity(WORDS * 9));
        for word in text.split(|c: char| !c.is_alphabetic()) {
            if word.is_empty() {
                continue;
            }
            found = found.saturating_add(1);
            let on_list = on_list(word).ok_or(Error::UnknownWord { position: found })?;
            if found <= WORDS {
                listed.push_str(on_list);
                listed.push(' ');
            }
        }
        if found != WORDS {
            return Err(Error::WordCount { found });
        }
        let mnemonic =
            Mnemonic::parse_in_normalized(Language::English, &listed).map_err(|_| Error::WordsDoNotFit)?;
        let (mut entropy, _) = mnemonic.to_entropy_array();
        let kit = entropy.first_chunk().map(|bytes| Self(SecretKey32::new(*bytes)));
        entropy.zeroize();
        kit.ok_or(Error::WordsDoNotFit)
    }

    /// The root key: signs the genesis, and later what only the root may say. Its public key is the genesis' root, by which a kit and
    /// a record are known to belong together.
    ///
    /// # Errors
    /// [`Error::BadKey`], which 32 bytes never cause.
    pub fn root_key(&self) -> Result<SigningKey, Error> {
        SigningKey::from_seed(self.0.derive(domain::KIT_ROOT)?)
    }

    /// The key that wraps the database key.
    pub(crate) fn wrap_key(&self) -> Result<SecretKey32, Error> {
        self.0.derive(domain::KIT_WRAP)
    }
}

/// The list's own spelling, so that no copy of what was typed is kept.
fn on_list(word: &str) -> Option<&'static str> {
    let lower = Zeroizing::new(word.to_lowercase());
    let index = Language::English.find_word(&lower)?;
    let list = Language::English.word_list();
    list.get(usize::from(index)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(bytes: [u8; 32]) -> RecoveryKit {
        RecoveryKit::new(SecretKey32::new(bytes))
    }

    fn refusal(text: &str) -> Option<Error> {
        RecoveryKit::parse(text).err()
    }

    /// 23 times one word and a last one: the shape of BIP-39's published test vectors.
    fn repeated(word: &str, last: &str) -> String {
        format!("{}{last}", format!("{word} ").repeat(23))
    }

    #[test]
    fn words_are_those_of_the_published_test_vectors() {
        // https://github.com/trezor/python-mnemonic/blob/master/vectors.json, the 256-bit ones.
        assert_eq!(kit([0x00; 32]).words().unwrap().join(" "), repeated("abandon", "art"));
        assert_eq!(kit([0xff; 32]).words().unwrap().join(" "), repeated("zoo", "vote"));
        assert_eq!(kit([0x7f; 32]).words().unwrap()[..4], ["legal", "winner", "thank", "year"]);
        assert_eq!(kit([0x7f; 32]).words().unwrap()[23], "title");
    }

    #[test]
    fn words_are_read_as_people_write_them() {
        let words = kit([0x5a; 32]).words().unwrap();
        let numbered = |(at, word): (usize, &&str)| format!("{}. {}\r\n", at + 1, word.to_uppercase());
        let listed: String = words.iter().enumerate().map(numbered).collect();
        let tight: String = words.iter().enumerate().map(|(at, word)| format!("{at}){word},")).collect();
        for text in [words.join(" "), words.join("\n\n"), listed, tight, format!("\t{} ", words.join("  "))] {
            let read = RecoveryKit::parse(&text).unwrap();
            assert_eq!(read.0.expose(), &[0x5a; 32], "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_by_its_place_and_never_by_the_word() {
        let mut words = kit([0x5a; 32]).words().unwrap();
        words[6] = "hospitall";
        let error = refusal(&words.join(" ")).unwrap();
        assert_eq!(error, Error::UnknownWord { position: 7 });
        assert_eq!(error.to_string(), "word 7 is not on the list of recovery words");
    }

    #[test]
    fn too_few_too_many_and_swapped_words_are_refused() {
        let words = kit([0x5a; 32]).words().unwrap();
        assert_eq!(refusal(""), Some(Error::WordCount { found: 0 }));
        assert_eq!(refusal(&words[..23].join(" ")), Some(Error::WordCount { found: 23 }));
        assert_eq!(refusal(&words[..12].join(" ")), Some(Error::WordCount { found: 12 }));
        assert_eq!(refusal(&format!("{} art", words.join(" "))), Some(Error::WordCount { found: 25 }));
        assert_eq!(refusal(&repeated("abandon", "abandon")), Some(Error::WordsDoNotFit));
    }

    #[test]
    fn kits_differ_in_all_their_keys() {
        let (one, two) = (kit([1; 32]), kit([2; 32]));
        let root = |kit: &RecoveryKit| kit.root_key().unwrap().device_id();
        assert_ne!(root(&one), root(&two));
        assert_ne!(one.wrap_key().unwrap().expose(), two.wrap_key().unwrap().expose());
        assert_ne!(one.wrap_key().unwrap().expose(), one.root_key().unwrap().seed().expose());
    }
}
