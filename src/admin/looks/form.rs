//! The form of a look: a colour and up to two pictures, with bounds on size, number and time.

use std::time::Duration;

use axum::extract::Multipart;

use crate::directory::looks::logo::{Logo, LogoRefusal, MOST_BYTES};
use crate::directory::looks::{Accent, Colour};
use crate::platform::web::translations::{Language, Texts};

/// The longest time in which the pictures must arrive.
const WITHIN: Duration = Duration::from_secs(30);
/// The most fields that are read.
const MOST_FIELDS: usize = 8;

/// The fields of the form.
#[derive(Clone, Debug, Default)]
pub(super) struct LookForm {
    /// The colour, as it was typed.
    pub(super) colour: String,
    /// The new logo for light pages.
    pub(super) light: Option<Logo>,
    /// The new logo for dark pages.
    pub(super) dark: Option<Logo>,
    /// Whether the look is published; otherwise it becomes the draft.
    pub(super) publishes: bool,
    language: Option<Language>,
}

/// A colour that is not taken: why, and the nearest one that is.
#[derive(Clone, Debug)]
pub(super) struct ColourMistake {
    pub(super) told: String,
    pub(super) suggestion: Option<String>,
}

impl LookForm {
    /// Reads the form.
    ///
    /// # Errors
    /// [`LogoRefusal`] if a picture is not accepted or the form cannot be read.
    pub(super) async fn read(form: Multipart) -> Result<Self, LogoRefusal> {
        tokio::time::timeout(WITHIN, Self::fields(form)).await.unwrap_or(Err(LogoRefusal::NoPicture))
    }

    async fn fields(mut form: Multipart) -> Result<Self, LogoRefusal> {
        let mut sent = Self::default();
        for _ in 0..MOST_FIELDS {
            let Some(mut field) = form.next_field().await.map_err(|_| LogoRefusal::TooLarge)? else { break };
            let name = field.name().unwrap_or("").to_owned();
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|_| LogoRefusal::TooLarge)? {
                if bytes.len() + chunk.len() > MOST_BYTES {
                    return Err(LogoRefusal::TooLarge);
                }
                bytes.extend_from_slice(&chunk);
            }
            match name.as_str() {
                "colour" => sent.colour = String::from_utf8_lossy(&bytes).trim().chars().take(20).collect(),
                "act" => sent.publishes = bytes == b"publish",
                "language" => sent.language = Language::parse_tag(&String::from_utf8_lossy(&bytes)),
                // A file field without a chosen file comes empty.
                "light_logo" if !bytes.is_empty() => sent.light = Some(Logo::read(&bytes)?),
                "dark_logo" if !bytes.is_empty() => sent.dark = Some(Logo::read(&bytes)?),
                _ => {}
            }
        }
        Ok(sent)
    }

    /// The accent of the colour, or the error in words.
    pub(super) fn accent(&self) -> Result<Accent, ColourMistake> {
        let texts = Texts::new(self.language.unwrap_or(Language::English));
        let none = |_| ColourMistake { told: texts.text("look-colour-none"), suggestion: None };
        let colour = self.colour.parse::<Colour>().map_err(none)?;
        Accent::choose(colour).map_err(|refused| {
            let contrast = format!("{:.1} : 1", (refused.contrast * 10.0).floor() / 10.0);
            let suggestion = format!("#{}", refused.suggestion);
            let words = [("contrast", contrast.as_str()), ("suggestion", suggestion.as_str())];
            ColourMistake { told: texts.text_with("look-colour-too-light", &words), suggestion: Some(suggestion) }
        })
    }
}
