//! Invitations as they stand half-way, for stories that begin there.

use salpa::directory::companies::{CompanyId, OperatorCompany, set_operator};
use salpa::directory::people::PersonId;
use salpa::platform::db;
use salpa::values;

use super::Service;

impl Service {
    /// Invites a user, whose sign-up code was entered in a browser that is gone.
    pub async fn entered_invitation(&self, company: CompanyId, person: PersonId) {
        let (now, until) = (self.now(), self.now().plus(std::time::Duration::from_hours(24)));
        // As unique as the person.
        let id = person.to_string();
        let selector = format!("SELECTOR-{id}");
        self.transact::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                tx.execute(
                    "INSERT INTO invitations
                       (id, company_id, person_id, inviter_name, identity_check, given_name, family_name, email, selector,
                        secret_hash, state, browser_hash, sms_sent, sent_at, expires_at)
                     SELECT ?1, ?2, id, 'Mikko Salo', 'known', given_name, family_name, email, ?4, 'none', 'entered', ?5,
                            0, ?6, ?7
                     FROM people WHERE id = ?3",
                    values![&id, company, person, &selector, &[7_u8; 32], now, until],
                )
                .await?;
                tx.execute(
                    "UPDATE users SET invited_until = ?3 WHERE company_id = ?1 AND person_id = ?2",
                    values![company, person, until],
                )
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    }

    /// Keeps other data than they are now as those that a person was first invited with.
    pub async fn invited_with_other_data(&self, person: PersonId) {
        let now = self.now();
        self.transact::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                tx.execute(
                    "INSERT INTO first_invitations (person_id, given_name, family_name, email, at)
                     SELECT id, given_name, family_name, 'before@people.example', ?2 FROM people WHERE id = ?1",
                    values![person, now],
                )
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    }
    /// Asks the operator to release the data of a person as they are now.
    pub async fn release_asked(&self, company: CompanyId, person: PersonId) {
        let now = self.now();
        self.transact::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                tx.execute(
                    "INSERT INTO release_requests
                       (person_id, company_id, asker_name, network, asked_at, given_name, family_name, email)
                     SELECT id, ?2, 'Mikko Salo', '203.0.113.9', ?3, given_name, family_name, email
                     FROM people WHERE id = ?1",
                    values![person, company, now],
                )
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    }

    /// Makes a company the operator's.
    pub async fn operates(&self, company: CompanyId, asks_two: bool) {
        let operator = Some(OperatorCompany { company, asks_two });
        let set: Result<(), db::Error> =
            self.transact(move |tx| Box::pin(async move { set_operator(tx, operator).await })).await;
        set.unwrap();
    }
}
