//! Texts for scanning and for reading out.

use fast_qr::convert::{Builder as _, Shape, svg::SvgBuilder};
use fast_qr::{ECL, QRBuilder};

use super::fault::Fault;

/// A QR code as an `svg` element, ink on white in both colour schemes. The page around it labels it.
///
/// # Errors
/// The text is too long for a QR code.
pub fn qr_code(text: &str) -> Result<String, Fault> {
    let code =
        QRBuilder::new(text).ecl(ECL::M).build().map_err(|error| Fault::new(format!("no QR code: {error:?}")))?;
    let svg = SvgBuilder::default().shape(Shape::Square).margin(0).to_str(&code);
    Ok(svg.replacen("<svg ", "<svg aria-hidden=\"true\" ", 1))
}

/// A text in groups of four characters.
pub(crate) fn in_fours(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect()).collect()
}
