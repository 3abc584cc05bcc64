//! The parts that the ways have in common whose answer this service asks for, and the browser does not bring.

use axum::response::{IntoResponse, Redirect, Response};

use super::SignInVisit;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::db;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::flood::TooMuch;
use crate::proofs::identities;

impl SignInVisit {
    /// Counts a request for the network and the sign-in.
    ///
    /// # Errors
    /// The refusal of too many.
    pub(super) async fn count_asked(&self, limits: [Allowance; 2]) -> Result<(), EarlyAnswer> {
        self.count_all(self.asked_by(limits).to_vec()).await
    }

    /// The subjects for which a request is counted: the network, and the sign-in.
    pub(super) fn asked_by(&self, [per_network, per_sign_in]: [Allowance; 2]) -> [(Allowance, String); 2] {
        [(per_network, self.visit.network.as_str().to_owned()), (per_sign_in, self.sign_in.id.to_string())]
    }

    /// Counts a request for each subject, or for none of them.
    ///
    /// # Errors
    /// The refusal of too many.
    pub(super) async fn count_all(&self, taken: Vec<(Allowance, String)>) -> Result<(), EarlyAnswer> {
        let now = self.visit.now;
        let counted: Result<AllowanceAnswer, db::Error> = self
            .app
            .db
            .write(move |tx| {
                let taken = taken.clone();
                Box::pin(async move { allowances::take_all(tx, &taken, now).await })
            })
            .await;
        match counted? {
            AllowanceAnswer::Granted => Ok(()),
            AllowanceAnswer::Exhausted(exhausted) => Err(TooMuch { wait: exhausted.wait }.into()),
        }
    }

    /// Withdraws the question of this sign-in, and leads back to the choice.
    pub(super) async fn give_up_identity(&self) -> Result<Response, EarlyAnswer> {
        let occasion = self.occasion().id();
        let withdrawn: Result<(), db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { identities::withdraw(tx, occasion).await })).await;
        withdrawn?;
        Ok(Redirect::to(&format!("/sign-in/{}/identity?said=cancelled", self.sign_in.id)).into_response())
    }
}
