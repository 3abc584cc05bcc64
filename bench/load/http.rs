//! The least HTTP/1.1 client that a load needs: one connection, kept alive, one request at a time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

/// A service may close what was idle for long; a new connection is opened before that.
const KEPT_FOR: Duration = Duration::from_secs(4);

/// A connection that is kept alive.
pub(crate) struct Connection {
    address: SocketAddr,
    /// The stream that is kept alive, and since when it has been idle.
    idle: Option<(TcpStream, Instant)>,
    input: Vec<u8>,
    body: Vec<u8>,
}

/// An answer, as long as the next request is not sent.
pub(crate) struct Answer<'c> {
    /// The status code.
    pub(crate) status: u16,
    /// The status line and the headers.
    head: &'c str,
    /// The body, still encoded as `Content-Encoding` says.
    pub(crate) body: &'c [u8],
}

impl<'c> Answer<'c> {
    /// The first header of a name.
    pub(crate) fn header(&self, name: &'static str) -> Option<&'c str> {
        headers(self.head, name).next()
    }

    /// Every `Set-Cookie`.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &'c str> {
        headers(self.head, "set-cookie")
    }

    /// The body as text.
    pub(crate) fn text(&self) -> Outcome<&'c str> {
        Ok(std::str::from_utf8(self.body)?)
    }
}

/// The values of the headers of one name.
fn headers<'h>(head: &'h str, name: &'static str) -> impl Iterator<Item = &'h str> {
    head.split("\r\n").skip(1).filter_map(move |line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Connection {
    /// A connection to an address, opened at the first request.
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self { address, idle: None, input: Vec::with_capacity(8192), body: Vec::new() }
    }

    /// Sends a request that is written out already, and waits for the answer.
    pub(crate) async fn call(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        let mut stream = if let Some((stream, _)) = self.idle.take().filter(|(_, since)| since.elapsed() < KEPT_FOR) {
            stream
        } else {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            stream
        };
        stream.write_all(request).await?;
        self.input.clear();
        self.body.clear();
        let end = loop {
            if stream.read_buf(&mut self.input).await? == 0 {
                return Err("the service hung up".into());
            }
            if let Some(end) = end_of_head(&self.input) {
                break end;
            }
        };
        let head = std::str::from_utf8(self.input.get(..end).unwrap_or_default())?;
        let status = head.get(9..12).ok_or("an answer without a status")?.parse()?;
        let stays = !headers(head, "connection").any(|value| value.eq_ignore_ascii_case("close"));
        let length = headers(head, "content-length").next().map(str::parse::<usize>).transpose()?;
        let is_chunked = headers(head, "transfer-encoding").any(|value| value.eq_ignore_ascii_case("chunked"));
        if is_chunked {
            let mut from = end;
            while !chunk(&self.input, &mut from, &mut self.body)? {
                if stream.read_buf(&mut self.input).await? == 0 {
                    return Err("the service hung up within an answer".into());
                }
            }
        } else {
            let whole = end + length.unwrap_or(0);
            while self.input.len() < whole {
                if stream.read_buf(&mut self.input).await? == 0 {
                    return Err("the service hung up within an answer".into());
                }
            }
        }
        if stays {
            self.idle = Some((stream, Instant::now()));
        }
        let (head, rest) = self.input.split_at(end);
        let body = if is_chunked { &self.body } else { rest };
        Ok(Answer { status, head: std::str::from_utf8(head)?, body })
    }
}

/// The position at which the body begins.
fn end_of_head(input: &[u8]) -> Option<usize> {
    input.windows(4).position(|window| window == b"\r\n\r\n").map(|position| position + 4)
}

/// Reads the chunks that are there. Tells whether the last one was among them.
fn chunk(input: &[u8], from: &mut usize, body: &mut Vec<u8>) -> Outcome<bool> {
    loop {
        let rest = input.get(*from..).unwrap_or_default();
        let Some(line_end) = rest.windows(2).position(|window| window == b"\r\n") else { return Ok(false) };
        let line = std::str::from_utf8(rest.get(..line_end).unwrap_or_default())?;
        let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)?;
        let start = line_end + 2;
        let Some(content) = rest.get(start..start + size) else { return Ok(false) };
        if rest.len() < start + size + 2 {
            return Ok(false);
        }
        *from += start + size + 2;
        if size == 0 {
            return Ok(true);
        }
        body.extend_from_slice(content);
    }
}
