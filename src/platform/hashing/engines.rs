//! The two implementations of Argon2id: the fast one, which uses the vector instructions of this machine, and the
//! reference. The fast one is used only if both compute the same on this machine; they are compared before the first
//! hash. See docs/decisions/argon2-engines.md.

use std::sync::{Arc, OnceLock};

use argon2::{AssociatedData, Block, ParamsBuilder};
use argon2_rust::params::{Memory, TagLen};
use zeroize::Zeroize;

use crate::platform::random::Random;
use crate::platform::settings::{PasswordHashCost, PasswordHashEngine};

/// The tag of RFC 9106 §5.3.
const RFC_9106: [u8; 32] = [
    0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0, 0x1e, 0xf0,
    0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
];
/// Small costs on which the implementations are compared beside the configured one: KiB, passes, lanes.
const SMALL: [(u32, u32, u32); 4] = [(8, 1, 1), (97, 2, 1), (130, 3, 1), (75, 2, 3)];

/// An implementation of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argon2Engine {
    /// The crate `argon2-rust`.
    Fast,
    /// The crate `argon2`.
    Reference,
}

/// The implementation that this process uses, and why.
#[derive(Clone, Debug)]
pub(crate) struct EngineChoice {
    /// The implementation.
    pub(crate) engine: Argon2Engine,
    /// The instructions that the fast one uses here.
    pub(crate) instructions: String,
    /// The first difference between the two, if there is one.
    pub(crate) difference: Option<String>,
}

/// The choice, made once.
#[derive(Clone)]
pub(super) struct EngineChooser {
    wish: PasswordHashEngine,
    cost: PasswordHashCost,
    random: Random,
    made: Arc<OnceLock<EngineChoice>>,
}

impl EngineChooser {
    pub(super) fn new(wish: PasswordHashEngine, cost: PasswordHashCost, random: Random) -> Self {
        Self { wish, cost, random, made: Arc::default() }
    }

    /// The choice. The first to ask makes it, in about the time of two hashes; others wait.
    pub(super) fn choice(&self) -> &EngineChoice {
        self.made.get_or_init(|| {
            let instructions = argon2_rust::detected_backend().name().to_owned();
            if self.wish == PasswordHashEngine::Reference {
                return EngineChoice { engine: Argon2Engine::Reference, instructions, difference: None };
            }
            let difference = compare(self.cost, &self.random, Argon2Memory::fast).err();
            if let Some(difference) = &difference {
                tracing::error!(
                    instructions,
                    difference,
                    "the fast implementation of Argon2id differs from the reference, which is used instead"
                );
            }
            let engine = if difference.is_some() { Argon2Engine::Reference } else { Argon2Engine::Fast };
            EngineChoice { engine, instructions, difference }
        })
    }

    /// The choice, if it is made.
    pub(super) fn made(&self) -> Option<&EngineChoice> {
        self.made.get()
    }
}

/// The input of one computation of Argon2id (version 1.3).
#[derive(Clone, Copy, Default)]
pub(super) struct Argon2Input<'i> {
    pub(super) password: &'i [u8],
    pub(super) salt: &'i [u8],
    /// The secret key and the associated data, which only the vectors have.
    pub(super) key: &'i [u8],
    pub(super) data: &'i [u8],
    /// KiB.
    pub(super) memory: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

/// The memory of one thread, for one hash after the other. It is wiped after each.
#[derive(Default)]
pub(super) struct Argon2Memory {
    blocks: Vec<Block>,
    hasher: Option<argon2_rust::Hasher>,
}

impl Argon2Memory {
    /// Computes by the fast implementation; `None` if the parameters are invalid.
    pub(super) fn fast(&mut self, input: &Argon2Input<'_>, output: &mut [u8]) -> Option<()> {
        let params = argon2_rust::Params::builder()
            .memory(Memory::kib(u64::from(input.memory)))
            .passes(input.passes)
            .lanes(input.lanes)
            .threads(1)
            .tag_len(TagLen::bytes(u64::try_from(output.len()).ok()?))
            .build()
            .ok()?;
        let argon2 = argon2_rust::Argon2::new(argon2_rust::Algorithm::Argon2id, argon2_rust::Version::V0x13, params);
        let hasher = self.hasher.get_or_insert_with(|| argon2.hasher());
        hasher.set_argon2(argon2);
        hasher.hash_into_with_ad(input.password, input.salt, input.key, input.data, output).ok()
    }

    /// Computes by the reference; `None` if the parameters are invalid.
    pub(super) fn reference(&mut self, input: &Argon2Input<'_>, output: &mut [u8]) -> Option<()> {
        self.of_any_kind(argon2::Algorithm::Argon2id, argon2::Version::V0x13, input, output)
    }

    /// The same for Argon2i and for the version before RFC 9106, which imported hashes may have.
    pub(super) fn of_any_kind(
        &mut self,
        algorithm: argon2::Algorithm,
        version: argon2::Version,
        input: &Argon2Input<'_>,
        output: &mut [u8],
    ) -> Option<()> {
        let mut params = ParamsBuilder::new();
        params.m_cost(input.memory).t_cost(input.passes).p_cost(input.lanes).output_len(output.len());
        params.data(AssociatedData::new(input.data).ok()?);
        let params = params.build().ok()?;
        let count = params.block_count();
        if self.blocks.len() < count {
            self.blocks.resize(count, Block::default());
        }
        let blocks = self.blocks.get_mut(..count)?;
        let argon2 = argon2::Argon2::new_with_secret(input.key, algorithm, version, params).ok()?;
        let made = argon2.hash_password_into_with_memory(input.password, input.salt, output, &mut *blocks).ok();
        blocks.iter_mut().zeroize();
        made
    }

    /// Gives the memory back.
    pub(super) fn clear(&mut self) {
        self.blocks = Vec::new();
        self.hasher = None;
    }
}

/// A computation by the fast implementation.
type Computation = fn(&mut Argon2Memory, &Argon2Input<'_>, &mut [u8]) -> Option<()>;

/// Compares an implementation with the reference: on the vector of RFC 9106, and on random input at small costs and at
/// the configured one.
///
/// # Errors
/// The first difference.
fn compare(cost: PasswordHashCost, random: &Random, fast: Computation) -> Result<(), String> {
    let mut memory = Argon2Memory::default();
    let vector = Argon2Input {
        password: &[1; 32],
        salt: &[2; 16],
        key: &[3; 8],
        data: &[4; 12],
        memory: 32,
        passes: 3,
        lanes: 4,
    };
    for (name, computation) in [("the fast implementation", fast), ("the reference", Argon2Memory::reference)] {
        let mut tag = [0; 32];
        if computation(&mut memory, &vector, &mut tag).is_none() || tag != RFC_9106 {
            return Err(format!("{name} does not compute the vector of RFC 9106"));
        }
    }
    for (kib, passes, lanes) in SMALL.into_iter().chain([(cost.memory, cost.passes, 1)]) {
        let (password, salt, [length]) = (random.bytes::<64>(), random.bytes::<16>(), random.bytes::<1>());
        let password = password.get(..usize::from(length % 65)).unwrap_or_default();
        let input = Argon2Input { password, salt: &salt, memory: kib, passes, lanes, ..Argon2Input::default() };
        let (mut one, mut other) = ([0; 32], [0; 32]);
        let made = (fast(&mut memory, &input, &mut one), memory.reference(&input, &mut other));
        if made != (Some(()), Some(())) || one != other {
            return Err(format!("they differ at {kib} KiB, {passes} passes and {lanes} lanes"));
        }
    }
    Ok(())
}

/// Whether both implementations compute the same, or both refuse the parameters. For tests.
pub(super) fn agree(input: &Argon2Input<'_>, length: usize) -> bool {
    let mut memory = Argon2Memory::default();
    let (mut one, mut other) = (vec![0; length], vec![0; length]);
    let made = (memory.fast(input, &mut one), memory.reference(input, &mut other));
    made.0 == made.1 && one == other
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHEAP: PasswordHashCost = PasswordHashCost { memory: 64, passes: 1 };

    #[test]
    fn both_implementations_compute_the_vector_of_the_standard_and_the_same_at_random() {
        assert_eq!(compare(CHEAP, &Random::new(), Argon2Memory::fast), Ok(()));
        let choice = EngineChooser::new(PasswordHashEngine::Auto, CHEAP, Random::new()).choice().clone();
        assert_eq!((choice.engine, choice.difference), (Argon2Engine::Fast, None));
    }

    #[test]
    fn an_implementation_that_differs_is_noticed() {
        let wrong = |memory: &mut Argon2Memory, input: &Argon2Input<'_>, output: &mut [u8]| {
            memory.fast(input, output)?;
            // One bit, at one cost alone.
            if input.memory == CHEAP.memory {
                *output.last_mut()? ^= 1;
            }
            Some(())
        };
        assert_eq!(compare(CHEAP, &Random::new(), wrong).unwrap_err(), "they differ at 64 KiB, 1 passes and 1 lanes");
        let refuses = |_: &mut Argon2Memory, _: &Argon2Input<'_>, _: &mut [u8]| None;
        assert!(compare(CHEAP, &Random::new(), refuses).unwrap_err().contains("RFC 9106"));
    }

    #[test]
    fn the_reference_is_used_where_the_operator_wants_it() {
        let chooser = EngineChooser::new(PasswordHashEngine::Reference, CHEAP, Random::new());
        assert!(chooser.made().is_none());
        assert_eq!(chooser.choice().engine, Argon2Engine::Reference);
    }

    #[test]
    fn memory_is_wiped_after_each_hash_of_the_reference() {
        let mut memory = Argon2Memory::default();
        let input = Argon2Input {
            password: b"correct horse",
            salt: &[7; 16],
            memory: 64,
            passes: 1,
            lanes: 1,
            ..Argon2Input::default()
        };
        memory.reference(&input, &mut [0; 32]).unwrap();
        assert!(memory.blocks.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    proptest! {
        /// Lengths, lanes, passes, and memory that is no multiple of four.
        #[test]
        fn both_implementations_compute_the_same(
            password in prop::collection::vec(any::<u8>(), 0..80), salt in prop::collection::vec(any::<u8>(), 0..40),
            key in prop::collection::vec(any::<u8>(), 0..20), data in prop::collection::vec(any::<u8>(), 0..20),
            cost in (0..300_u32, 0..4_u32, 0..5_u32), length in 0..130_usize,
        ) {
            let (memory, passes, lanes) = cost;
            let input = Argon2Input { password: &password, salt: &salt, key: &key, data: &data, memory, passes, lanes };
            prop_assert!(agree(&input, length));
        }
    }
}
