//! Colours and their contrast as text and ground (WCAG 2.2, 1.4.3). A company chooses one accent; every other shade is
//! computed from it, so that each pair is readable by rule.

use std::fmt;
use std::str::FromStr;

/// The contrast that text must have (WCAG 2.2 AA).
pub(crate) const READABLE: f64 = 4.5;
/// The contrast that the lighter shade has on the cards of dark pages.
const LIGHT_ENOUGH: f64 = 7.5;

/// The grounds of light pages under text in the accent: paper and mist.
const LIGHT_GROUNDS: [Colour; 2] = [Colour(0xFF, 0xFF, 0xFF), Colour(0xF5, 0xF7, 0xF8)];
/// The grounds of dark pages: paper, card and the row under the pointer.
const DARK_GROUNDS: [Colour; 3] = [Colour(0x0F, 0x13, 0x17), Colour(0x17, 0x1C, 0x22), Colour(0x20, 0x27, 0x2E)];
/// The text colours on the accent, on light pages and on dark ones.
const ON_ACCENT: (Colour, Colour) = (Colour(0xFF, 0xFF, 0xFF), Colour(0x07, 0x14, 0x0D));

/// A colour of the sRGB space: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// The shades of an accent on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shades {
    /// Buttons, links and selected items.
    pub(crate) accent: Colour,
    /// Text on it.
    pub(crate) on_accent: Colour,
    /// The button under the pointer.
    pub(crate) hover: Colour,
    /// The ground of selected items.
    pub(crate) tint: Colour,
    /// The line around that ground.
    pub(crate) line: Colour,
}

/// An accent with which every pair of text and ground is readable. Only [`Accent::choose`] makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Accent(Colour);

/// The refusal of an accent with which some text is unreadable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnreadableAccent {
    /// The contrast of white text on it.
    pub(crate) contrast: f64,
    /// The nearest darker accent that is accepted.
    pub(crate) suggestion: Colour,
}

impl Accent {
    /// Salpa's own green.
    pub(crate) const SALPA: Self = Self(Colour(0x0B, 0x6E, 0x4F));

    /// The accent of a colour, if every text is readable with it.
    ///
    /// # Errors
    /// [`UnreadableAccent`] otherwise, with an accepted colour.
    pub fn choose(colour: Colour) -> Result<Self, UnreadableAccent> {
        if is_readable(colour) {
            return Ok(Self(colour));
        }
        let steps = (1..=100_u8).map(|step| colour.mixed(Colour(0, 0, 0), f64::from(step) / 100.0));
        let suggestion = steps.into_iter().find(|darker| is_readable(*darker)).unwrap_or(Colour(0, 0, 0));
        Err(UnreadableAccent { contrast: contrast(colour, ON_ACCENT.0), suggestion })
    }

    /// The colour itself.
    pub(crate) fn colour(self) -> Colour {
        self.0
    }

    /// The contrast of white text on it.
    pub(crate) fn contrast_of_white(self) -> f64 {
        contrast(self.0, ON_ACCENT.0)
    }

    /// The shades for light pages.
    pub(crate) fn on_light_pages(self) -> Shades {
        let white = ON_ACCENT.0;
        Shades {
            accent: self.0,
            on_accent: white,
            hover: self.0.mixed(Colour(0, 0, 0), 0.16),
            tint: faintest(self.0, white, 9),
            line: white.mixed(self.0, 0.3),
        }
    }

    /// The shades for dark pages: the same hue, as light as necessary.
    pub(crate) fn on_dark_pages(self) -> Shades {
        let tone = self.0.tone();
        let saturation = tone.saturation.min(0.75);
        let lighter = (percent(tone.lightness)..=100)
            .map(|lightness| Colour::of(&ColourTone { saturation, lightness: f64::from(lightness) / 100.0, ..tone }));
        let accent = lighter
            .into_iter()
            .find(|shade| contrast(*shade, DARK_GROUNDS[1]) >= LIGHT_ENOUGH)
            .unwrap_or(Colour(0xFF, 0xFF, 0xFF));
        Shades {
            accent,
            on_accent: ON_ACCENT.1,
            hover: accent.mixed(Colour(0xFF, 0xFF, 0xFF), 0.2),
            tint: faintest(accent, DARK_GROUNDS[0], 12),
            line: DARK_GROUNDS[0].mixed(accent, 0.32),
        }
    }

    /// The style sheet that sets a page's accent: the accent tokens of `tokens.css` only.
    pub(crate) fn style_sheet(self) -> String {
        let (light, dark) = (tokens(&self.on_light_pages()), tokens(&self.on_dark_pages()));
        format!(":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
    }

    /// The style sheet that sets the accent inside a preview, light or dark.
    pub(crate) fn preview_sheet(self) -> String {
        let (light, dark) = (tokens(&self.on_light_pages()), tokens(&self.on_dark_pages()));
        format!(".look-light{{{light}}}\n.look-dark{{{dark}}}\n")
    }
}

fn tokens(shades: &Shades) -> String {
    format!(
        "--accent:#{};--on-accent:#{};--accent-hover:#{};--accent-tint:#{};--accent-line:#{}",
        shades.accent, shades.on_accent, shades.hover, shades.tint, shades.line
    )
}

/// Whether white text on a colour, and text in it on every light ground, is readable.
fn is_readable(colour: Colour) -> bool {
    LIGHT_GROUNDS.into_iter().all(|ground| contrast(colour, ground) >= READABLE)
}

/// A ground with a share of the accent, small enough that text in the accent stays readable on it.
fn faintest(accent: Colour, ground: Colour, most: u8) -> Colour {
    let steps = (0..=most).rev().map(|step| ground.mixed(accent, f64::from(step) / 100.0));
    steps.into_iter().find(|tint| contrast(accent, *tint) >= READABLE).unwrap_or(ground)
}

/// The contrast ratio of two colours, from 1 to 21.
pub(crate) fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// A colour by hue, saturation and lightness.
#[derive(Clone, Copy)]
struct ColourTone {
    /// In degrees.
    hue: f64,
    /// From 0 to 1.
    saturation: f64,
    /// From 0 to 1.
    lightness: f64,
}

impl Colour {
    /// The relative luminance, from 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// This colour with a share of another in it.
    fn mixed(self, other: Self, share: f64) -> Self {
        let part = |own: u8, other: u8| byte(f64::from(own) * (1.0 - share) + f64::from(other) * share);
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// The hue, saturation and lightness.
    fn tone(self) -> ColourTone {
        let [red, green, blue] = [self.0, self.1, self.2].map(|part| f64::from(part) / 255.0);
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        let (spread, lightness) = (most - least, f64::midpoint(most, least));
        if spread == 0.0 {
            return ColourTone { hue: 0.0, saturation: 0.0, lightness };
        }
        let saturation = spread / (1.0 - (2.0 * lightness - 1.0).abs()).max(f64::EPSILON);
        let hue = if self.0 >= self.1 && self.0 >= self.2 {
            (green - blue) / spread
        } else if self.1 >= self.2 {
            (blue - red) / spread + 2.0
        } else {
            (red - green) / spread + 4.0
        };
        ColourTone { hue: (hue * 60.0).rem_euclid(360.0), saturation: saturation.min(1.0), lightness }
    }

    /// The colour of a hue, saturation and lightness.
    fn of(&ColourTone { hue, saturation, lightness }: &ColourTone) -> Self {
        let reach = saturation * lightness.min(1.0 - lightness);
        let part = |offset: f64| {
            let at = (offset + hue / 30.0).rem_euclid(12.0);
            byte((lightness - reach * (at - 3.0).min(9.0 - at).clamp(-1.0, 1.0)) * 255.0)
        };
        Self(part(0.0), part(8.0), part(4.0))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 255")]
fn byte(part: f64) -> u8 {
    part.round().clamp(0.0, 255.0) as u8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 100")]
fn percent(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

impl FromStr for Colour {
    type Err = &'static str;

    /// Reads `#23408E` or `23408E`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "is no colour such as #23408E";
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(WRONG);
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).map_err(|_| WRONG)?.to_be_bytes();
        Ok(Self(red, green, blue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn colour() -> impl Strategy<Value = Colour> {
        (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(red, green, blue)| Colour(red, green, blue))
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let of = |one: &str, other: &str| format!("{:.1}", contrast(one.parse().unwrap(), other.parse().unwrap()));
        assert_eq!(of("#000000", "#FFFFFF"), "21.0");
        assert_eq!(of("#767676", "#FFFFFF"), "4.5");
        assert_eq!(of("#23408E", "#FFFFFF"), "9.6", "as the picture of the console has it");
    }

    #[test]
    fn a_light_colour_is_refused_with_one_that_will_do() {
        let refused = Accent::choose("#FFD400".parse().unwrap()).unwrap_err();
        assert!(refused.contrast < READABLE);
        assert!(Accent::choose(refused.suggestion).is_ok(), "{}", refused.suggestion);
        assert_ne!(refused.suggestion, Colour(0, 0, 0), "it stays as near as it can");
    }

    #[test]
    fn text_that_is_no_colour_is_none() {
        for text in ["", "#", "#12345", "#1234567", "red", "#12345G", "#+12345", "ä12345", "}body{"] {
            assert!(text.parse::<Colour>().is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// With every accepted accent, every pair of text and ground meets AA.
        #[test]
        fn with_an_accepted_accent_every_text_can_be_read(colour in colour()) {
            let accent = match Accent::choose(colour) {
                Ok(accent) => accent,
                Err(refused) => Accent::choose(refused.suggestion).unwrap(),
            };
            let (light, dark) = (accent.on_light_pages(), accent.on_dark_pages());
            prop_assert_eq!(light.on_accent, Colour(255, 255, 255));
            for (shades, grounds) in [(light, &LIGHT_GROUNDS[..]), (dark, &DARK_GROUNDS[..])] {
                for ground in grounds {
                    prop_assert!(contrast(shades.accent, *ground) >= READABLE, "{:?} on {}", shades, ground);
                }
                prop_assert!(contrast(shades.on_accent, shades.accent) >= READABLE);
                prop_assert!(contrast(shades.on_accent, shades.hover) >= READABLE);
                prop_assert!(contrast(shades.accent, shades.tint) >= READABLE);
            }
        }

        #[test]
        fn a_colour_is_read_as_it_was_written(colour in colour()) {
            prop_assert_eq!(colour.to_string().parse::<Colour>().unwrap(), colour);
            prop_assert_eq!(format!("#{}", colour.to_string().to_lowercase()).parse::<Colour>().unwrap(), colour);
        }

        #[test]
        fn a_style_sheet_sets_tokens_and_nothing_else(colour in colour()) {
            let Ok(accent) = Accent::choose(colour) else { return Ok(()) };
            for (sheet, blocks) in [(accent.style_sheet(), 3), (accent.preview_sheet(), 2)] {
                prop_assert_eq!(sheet.matches('{').count(), blocks);
                prop_assert!(!sheet.contains("url") && !sheet.contains('<') && !sheet.contains("@import"));
            }
        }

        #[test]
        fn any_text_is_a_colour_or_none(text in ".{0,20}") {
            let _ = text.parse::<Colour>();
        }
    }
}
