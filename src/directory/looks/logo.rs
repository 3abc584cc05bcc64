//! A company's logo. An upload is decoded into pixels and encoded anew: browsers get the pixels and nothing else of the
//! upload. Only PNG is accepted: an SVG is a document that can hold scripts, styles and references.

use std::io::Cursor;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

/// The greatest size of an upload, in bytes.
pub const MOST_BYTES: usize = 64 * 1024;
/// The least height, in pixels: shown 32 high, on screens of double density.
pub(crate) const LEAST_HEIGHT: u32 = 64;
/// The greatest height, in pixels.
pub(crate) const MOST_HEIGHT: u32 = 512;
/// The greatest width, in pixels.
pub(crate) const MOST_WIDTH: u32 = 1536;
/// The greatest size of the encoded picture, in bytes.
const MOST_SERVED: usize = 256 * 1024;
/// The memory limit of the decoder, in bytes, besides the pixels.
const MOST_MEMORY: usize = 4 * 1024 * 1024;

/// A picture that can be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// The hash of its bytes, which is its name.
    pub hash: String,
    /// The picture as PNG, encoded here.
    pub picture: Vec<u8>,
}

/// The reason for refusing a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoRefusal {
    /// More than [`MOST_BYTES`], or too large after encoding.
    TooLarge,
    /// It is no PNG, or a broken one.
    NoPicture,
    /// Lower than [`LEAST_HEIGHT`].
    TooLow,
    /// Higher or wider than the most.
    TooHigh,
}

impl LogoRefusal {
    /// The reason, for whoever registers an application.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::TooLarge => "the picture has more than 64 KiB",
            Self::NoPicture => "the answer is no picture in PNG",
            Self::TooLow => "the picture is less than 64 pixels high",
            Self::TooHigh => "the picture is more than 512 pixels high or 1536 wide",
        }
    }

    /// The translation key of the reason.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::TooLarge => "look-logo-too-large",
            Self::NoPicture => "look-logo-no-picture",
            Self::TooLow => "look-logo-too-low",
            Self::TooHigh => "look-logo-too-high",
        }
    }
}

impl Logo {
    /// Decodes a PNG. The header is checked before anything is unpacked.
    ///
    /// # Errors
    /// The reason for refusing it.
    pub fn read(bytes: &[u8]) -> Result<Self, LogoRefusal> {
        if bytes.len() > MOST_BYTES {
            return Err(LogoRefusal::TooLarge);
        }
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MOST_MEMORY });
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let header = decoder.read_header_info().map_err(|_| LogoRefusal::NoPicture)?;
        let (width, height) = (header.width, header.height);
        if height < LEAST_HEIGHT || width == 0 {
            return Err(LogoRefusal::TooLow);
        }
        if height > MOST_HEIGHT || width > MOST_WIDTH {
            return Err(LogoRefusal::TooHigh);
        }
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16 | Transformations::ALPHA);
        let mut reader = decoder.read_info().map_err(|_| LogoRefusal::NoPicture)?;
        let size = reader.output_buffer_size().ok_or(LogoRefusal::NoPicture)?;
        // At most 1536 × 512 pixels of four bytes.
        let mut points = vec![0; size];
        let frame = reader.next_frame(&mut points).map_err(|_| LogoRefusal::NoPicture)?;
        if (frame.width, frame.height, frame.bit_depth) != (width, height, BitDepth::Eight) {
            return Err(LogoRefusal::NoPicture);
        }
        points.truncate(frame.buffer_size());
        let picture = made_anew(width, height, frame.color_type, &points).ok_or(LogoRefusal::NoPicture)?;
        if picture.len() > MOST_SERVED {
            return Err(LogoRefusal::TooLarge);
        }
        let hash = HEXLOWER.encode(digest::digest(&digest::SHA256, &picture).as_ref());
        Ok(Self { hash: hash.chars().take(32).collect(), picture })
    }
}

fn made_anew(width: u32, height: u32, colours: ColorType, points: &[u8]) -> Option<Vec<u8>> {
    let mut picture = Vec::new();
    let mut encoder = Encoder::new(&mut picture, width, height);
    encoder.set_color(colours);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(points).ok()?;
    writer.finish().ok()?;
    Some(picture)
}

/// A plain picture, for samples and tests: a square of one colour.
pub fn plain(width: u32, height: u32, [red, green, blue]: [u8; 3]) -> Vec<u8> {
    let points = usize::try_from(width).unwrap_or(0).saturating_mul(usize::try_from(height).unwrap_or(0));
    let bytes: Vec<u8> = std::iter::repeat_n([red, green, blue, 255], points).flatten().collect();
    made_anew(width, height, ColorType::Rgba, &bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A PNG with a chunk of text after the header, as programs write them.
    fn with_text(bytes: &[u8], text: &[u8]) -> Vec<u8> {
        let mut made = Vec::new();
        let mut encoder = Encoder::new(&mut made, 64, 64);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.add_text_chunk("Comment".to_owned(), String::from_utf8_lossy(text).into_owned()).unwrap();
        encoder.write_header().unwrap().write_image_data(&[7; 64 * 64 * 4]).unwrap();
        made.extend_from_slice(bytes);
        made
    }

    #[test]
    fn a_picture_is_served_as_its_points_alone() {
        let sent = with_text(b"<script>alert(1)</script> and more behind it", b"<svg onload=alert(1)>");
        assert!(sent.windows(5).any(|bytes| bytes == b"<svg "), "the sample holds what is to go");
        let logo = Logo::read(&sent).unwrap();
        for word in [&b"<svg"[..], b"<script", b"tEXt", b"Comment"] {
            assert!(!logo.picture.windows(word.len()).any(|bytes| bytes == word));
        }
        assert_eq!(Logo::read(&logo.picture).unwrap().hash, logo.hash, "made anew, it is the same again");
    }

    #[test]
    fn size_and_height_are_bounded() {
        assert!(Logo::read(&plain(64, 64, [1, 2, 3])).is_ok());
        assert!(Logo::read(&plain(MOST_WIDTH, MOST_HEIGHT, [1, 2, 3])).is_ok());
        assert_eq!(Logo::read(&plain(64, 63, [1, 2, 3])), Err(LogoRefusal::TooLow));
        assert_eq!(Logo::read(&plain(64, MOST_HEIGHT + 1, [1, 2, 3])), Err(LogoRefusal::TooHigh));
        assert_eq!(Logo::read(&plain(MOST_WIDTH + 1, 64, [1, 2, 3])), Err(LogoRefusal::TooHigh));
        assert_eq!(Logo::read(&vec![0; MOST_BYTES + 1]), Err(LogoRefusal::TooLarge));
    }

    #[test]
    fn a_file_that_is_no_png_is_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0];
        let cut = plain(64, 64, [1, 2, 3]);
        for bytes in [&svg[..], &jpeg, b"", &cut[..cut.len() / 2]] {
            assert_eq!(Logo::read(bytes), Err(LogoRefusal::NoPicture));
        }
    }

    #[test]
    fn a_picture_that_says_it_is_huge_is_refused_before_it_is_unpacked() {
        let mut huge = plain(64, 64, [1, 2, 3]);
        // The width and height of the header, with a correct checksum, so that the size decides.
        huge[16..24].copy_from_slice(&[0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]);
        let sum = checksum(&huge[12..29]);
        huge[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(Logo::read(&huge), Err(LogoRefusal::TooHigh));
    }

    fn checksum(bytes: &[u8]) -> u32 {
        let step = |sum: u32, byte: &u8| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
        };
        !bytes.iter().fold(!0, step)
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_picture_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert!(Logo::read(&bytes).is_err());
        }

        #[test]
        fn a_picture_with_a_changed_byte_is_one_or_refused(at in 0..10_000_usize, byte in any::<u8>()) {
            let mut bytes = plain(64, 64, [1, 2, 3]);
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(logo) = Logo::read(&bytes) {
                prop_assert!(logo.picture.len() <= MOST_SERVED);
            }
        }
    }
}
