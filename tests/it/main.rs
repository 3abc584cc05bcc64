//! One test binary: the folders mirror the URLs.

mod pages;
