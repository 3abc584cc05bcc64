//! Estonia: the ID card in a reader, Smart-ID and Mobile-ID.

mod mobile_id;
mod smart_id;
mod vectors;
mod web_eid;
