//! *Overview*: the first page of a company's console, with what may need attention; for an accounting office in all its
//! clients as well. Each number is one statement and leads to the list that it counts.

mod clients;
pub mod views;

use axum::response::Response;
use http::StatusCode;

pub(crate) use clients::show as clients;

use super::announcements::line;
use super::frame;
use super::gate::Console;
use super::views::Section;
use crate::directory::announcements::{self, AnnouncementAudience};
use crate::directory::companies::CompanyKind;
use crate::directory::users::{self, Authority, Filter, Side, Sorting, UserListing};
use crate::platform::db::{self, Reader};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::sign_in::attention::{self, MOST, MOST_OF_CLIENTS, UserCounts};
use views::{AttentionRow, ClientTotals, OverviewPage};

/// The names that are shown of a group.
const NAMED: i64 = 3;
/// The announcements that are shown.
const ANNOUNCED: i64 = 5;

/// Shows the overview.
pub(crate) async fn show(console: Console) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(&console, Section::Overview, Section::Overview.path()).await?;
    let mut reader = console.app.db.reader().await?;
    let counts = attention::counted_of_company(&mut reader, console.company.id).await?;
    let mut rows = Vec::new();
    for group in AttentionGroup::ALL {
        rows.push(group.row(&console, &mut reader, page.texts, &counts).await?);
    }
    let clients = match console.authority {
        Authority::MainUser { office }
            if office == console.company.id && console.company.kind == CompanyKind::AccountingOffice =>
        {
            let counts = attention::counted_of_clients(&mut reader, console.company.id).await?;
            Some(totals(page.texts, &counts))
        }
        _ => None,
    };
    let own = AnnouncementAudience::Company(console.company.id);
    let mut announced = announcements::list(&mut reader, AnnouncementAudience::Everybody, None, ANNOUNCED).await?;
    announced.extend(announcements::list(&mut reader, own, None, ANNOUNCED).await?);
    drop(reader);
    announced.retain(|one| one.content.ends_at > console.visit.now);
    let view = OverviewPage {
        users: number(page.texts, "overview-users", counts.users, MOST),
        announcements: announced.iter().map(|one| line(&console, page.texts, one)).collect(),
        rows,
        clients,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The numbers of all clients, in words.
fn totals(texts: Texts, counts: &UserCounts) -> ClientTotals {
    let row = |key: &str, count: i64| number(texts, key, count, MOST_OF_CLIENTS);
    ClientTotals {
        users: row("overview-users", counts.users),
        lines: vec![
            row("overview-never-count", counts.never_signed_in),
            row("overview-pending-count", counts.pending),
            row("overview-locked-count", counts.locked),
            row("overview-factor-count", counts.without_second_factor),
        ],
        is_larger: counts.users >= MOST_OF_CLIENTS,
    }
}

/// A number of users in words; of more than are counted "and more".
fn number(texts: Texts, key: &str, count: i64, most: i64) -> String {
    let words = texts.count(key, "count", count);
    if count >= most { texts.text_with("overview-more", &[("words", &words)]) } else { words }
}

/// Users who may need attention for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AttentionGroup {
    Never,
    Pending,
    Locked,
    WithoutSecondFactor,
}

impl AttentionGroup {
    const ALL: [Self; 4] = [Self::Never, Self::Pending, Self::Locked, Self::WithoutSecondFactor];

    /// The state that the list is filtered by; `None` where another filter is.
    fn filter(self) -> Option<Filter> {
        match self {
            Self::Never => Some(Filter::NeverSignedIn),
            Self::Pending => Some(Filter::Pending),
            Self::Locked => Some(Filter::Locked),
            Self::WithoutSecondFactor => None,
        }
    }

    fn count(self, counts: &UserCounts) -> i64 {
        match self {
            Self::Never => counts.never_signed_in,
            Self::Pending => counts.pending,
            Self::Locked => counts.locked,
            Self::WithoutSecondFactor => counts.without_second_factor,
        }
    }

    /// The translation keys of the title, and of the text where there is nobody.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Never => ("admin-standing-never", "overview-never-none"),
            Self::Pending => ("admin-standing-pending", "overview-pending-none"),
            Self::Locked => ("admin-standing-locked", "overview-locked-none"),
            Self::WithoutSecondFactor => ("overview-factor", "overview-factor-none"),
        }
    }

    async fn row(
        self,
        console: &Console,
        reader: &mut Reader,
        texts: Texts,
        counts: &UserCounts,
    ) -> Result<AttentionRow, db::Error> {
        let count = self.count(counts);
        let names = if count == 0 { Vec::new() } else { self.first(console, reader).await? };
        let (title, none) = self.keys();
        let rest = count.saturating_sub(i64::try_from(names.len()).unwrap_or(0));
        let query = match self.filter() {
            Some(filter) => format!("filter={}", filter.as_str()),
            None => "factor=none".to_owned(),
        };
        let text = match (count, rest) {
            (0, _) => texts.text(none),
            (_, ..=0) => names.join(", "),
            _ => {
                let words = [("names", names.join(", ")), ("count", rest.to_string())];
                texts.text_with("overview-names", &words.each_ref().map(|(name, word)| (*name, word.as_str())))
            }
        };
        Ok(AttentionRow {
            title: texts.text(title),
            count: if counts.users >= MOST && count > 0 { format!("{count}+") } else { count.to_string() },
            is_nobody: count == 0,
            is_urgent: self == Self::Locked,
            query,
            text,
        })
    }

    /// The names of the first of them.
    async fn first(self, console: &Console, reader: &mut Reader) -> Result<Vec<String>, db::Error> {
        let company = console.company.id;
        let Some(filter) = self.filter() else {
            return attention::first_without_second_factor(reader, company, NAMED).await;
        };
        let listing = UserListing { company, filter, role: None, sorting: Sorting::default() };
        let found = users::page(reader, &listing, None, Side::After, NAMED).await?;
        Ok(found.into_iter().map(|member| member.name).collect())
    }
}
