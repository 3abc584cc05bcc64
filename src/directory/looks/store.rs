//! The tables of looks and logos.

use super::{Accent, Colour, CompanyLook, CompanyWithLook, Stage, logo::Logo};
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::values;

/// The look of a company at a stage.
pub async fn find(db: impl Reads, company: CompanyId, stage: Stage) -> Result<Option<CompanyLook>, db::Error> {
    let found = db
        .optional(
            "SELECT accent, light_logo, dark_logo FROM looks WHERE company_id = ?1 AND stage = ?2",
            values![company, stage.as_str()],
            |row| look(row, 0),
        )
        .await?;
    Ok(found.flatten())
}

/// Stores the look of a company at a stage, in place of the previous one.
pub async fn save(
    tx: &mut Tx<'_>,
    company: CompanyId,
    stage: Stage,
    look: &CompanyLook,
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO looks (company_id, stage, accent, light_logo, dark_logo, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (company_id, stage) DO UPDATE
         SET accent = excluded.accent, light_logo = excluded.light_logo, dark_logo = excluded.dark_logo,
             changed_at = excluded.changed_at",
        values![
            company,
            stage.as_str(),
            look.accent.colour().to_string(),
            look.light_logo.as_deref(),
            look.dark_logo.as_deref(),
            now,
        ],
    )
    .await?;
    forget_unused_logos(tx, company).await
}

/// Publishes the draft of a company. Of concurrent calls one gets `true`; `false` without a draft.
pub async fn publish(tx: &mut Tx<'_>, company: CompanyId, now: Timestamp) -> Result<bool, db::Error> {
    let Some(draft) = find(&mut *tx, company, Stage::Draft).await? else { return Ok(false) };
    if !drop_draft(tx, company).await? {
        return Ok(false);
    }
    save(tx, company, Stage::Published, &draft, now).await?;
    Ok(true)
}

/// Deletes the draft of a company. Returns whether there was one.
pub async fn drop_draft(tx: &mut Tx<'_>, company: CompanyId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM looks WHERE company_id = ?1 AND stage = 'draft'", values![company]).await
}

/// Removes the look of a company, draft and logos included. Returns whether there was any.
pub async fn remove(tx: &mut Tx<'_>, company: CompanyId) -> Result<bool, db::Error> {
    let removed = tx.execute("DELETE FROM looks WHERE company_id = ?1", values![company]).await?;
    forget_unused_logos(tx, company).await?;
    Ok(removed > 0)
}

/// Stores a logo of a company.
pub async fn keep_logo(tx: &mut Tx<'_>, company: CompanyId, logo: &Logo) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO logos (company_id, hash, picture) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        values![company, &logo.hash, &logo.picture],
    )
    .await?;
    Ok(())
}

pub(super) async fn picture(db: impl Reads, company: CompanyId, hash: &str) -> Result<Option<Vec<u8>>, db::Error> {
    db.optional("SELECT picture FROM logos WHERE company_id = ?1 AND hash = ?2", values![company, hash], |row| {
        row.get(0)
    })
    .await
}

/// Removes the logos of a company that neither of its looks uses: at most four remain.
async fn forget_unused_logos(tx: &mut Tx<'_>, company: CompanyId) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM logos WHERE company_id = ?1 AND NOT EXISTS
         (SELECT 1 FROM looks WHERE looks.company_id = ?1 AND (looks.light_logo = logos.hash OR looks.dark_logo = logos.hash))",
        values![company],
    )
    .await?;
    Ok(())
}

pub(super) async fn of_application(db: impl Reads, application: &str) -> Result<Option<CompanyWithLook>, db::Error> {
    db.optional(
        "SELECT companies.id, companies.name, looks.accent, looks.light_logo, looks.dark_logo FROM applications
         JOIN companies ON companies.id = applications.company_id
         LEFT JOIN looks ON looks.company_id = companies.id AND looks.stage = 'published'
         WHERE applications.id = ?1",
        values![application],
        shown,
    )
    .await
}

pub(super) async fn of_company(db: impl Reads, company: CompanyId) -> Result<Option<CompanyWithLook>, db::Error> {
    db.optional(
        "SELECT companies.id, companies.name, looks.accent, looks.light_logo, looks.dark_logo FROM companies
         LEFT JOIN looks ON looks.company_id = companies.id AND looks.stage = 'published'
         WHERE companies.id = ?1",
        values![company],
        shown,
    )
    .await
}

fn shown(row: &Row<'_>) -> Result<CompanyWithLook, db::Error> {
    Ok(CompanyWithLook { company: row.get(0)?, name: row.get(1)?, look: look(row, 2)? })
}

/// A stored look. An accent that is no longer accepted is not shown.
fn look(row: &Row<'_>, first: usize) -> Result<Option<CompanyLook>, db::Error> {
    let colour: Option<Colour> = row.get_parsed(first)?;
    let Some(accent) = colour.and_then(|colour| Accent::choose(colour).ok()) else { return Ok(None) };
    Ok(Some(CompanyLook { accent, light_logo: row.get(first + 1)?, dark_logo: row.get(first + 2)? }))
}
