//! `salpa applications addresses`: the addresses of an application, shown and changed.

use clap::Args;
use serde_json::json;

use super::output::{Failed, Output};
use crate::administration::Actor;
use crate::administration::applications::{ApplicationKeeper, set_addresses};
use crate::app::App;
use crate::provider::applications::{Application, ApplicationAddresses};
use crate::provider::registration::ListedAddresses;

#[derive(Args, Debug)]
pub(super) struct AddressArguments {
    /// Add an address for answers. May be given more than once.
    #[arg(long, value_name = "URL")]
    add_redirect_uri: Vec<String>,
    /// Remove an address for answers. May be given more than once.
    #[arg(long, value_name = "URL")]
    remove_redirect_uri: Vec<String>,
    /// Add an address for browsers after signing out. May be given more than once.
    #[arg(long, value_name = "URL")]
    add_post_logout_redirect_uri: Vec<String>,
    /// Remove an address for browsers after signing out. May be given more than once.
    #[arg(long, value_name = "URL")]
    remove_post_logout_redirect_uri: Vec<String>,
    /// Set the address that is told of ended sessions; an empty one removes it.
    #[arg(long, value_name = "URL")]
    back_channel_logout_uri: Option<String>,
    /// Set the address at which people open it; an empty one removes it.
    #[arg(long, value_name = "URL")]
    home_url: Option<String>,
    /// Set the address for opening it from My sign-in, Applications; an empty one removes it.
    #[arg(long, value_name = "URL")]
    initiate_login_uri: Option<String>,
}

impl AddressArguments {
    fn says_nothing(&self) -> bool {
        let lists = [
            &self.add_redirect_uri,
            &self.remove_redirect_uri,
            &self.add_post_logout_redirect_uri,
            &self.remove_post_logout_redirect_uri,
        ];
        let single = [&self.back_channel_logout_uri, &self.home_url, &self.initiate_login_uri];
        lists.into_iter().all(Vec::is_empty) && single.into_iter().all(Option::is_none)
    }

    /// The addresses with these changes. An address to remove that is not there is a mistake, most likely in writing.
    fn applied_to(self, mut addresses: ApplicationAddresses) -> Result<ApplicationAddresses, Failed> {
        change(&mut addresses.redirect_uris, self.add_redirect_uri, &self.remove_redirect_uri)?;
        change(
            &mut addresses.post_logout_redirect_uris,
            self.add_post_logout_redirect_uri,
            &self.remove_post_logout_redirect_uri,
        )?;
        let set = |place: &mut Option<String>, wish: Option<String>| {
            if let Some(address) = wish {
                *place = Some(address).filter(|address| !address.is_empty());
            }
        };
        set(&mut addresses.back_channel_logout_uri, self.back_channel_logout_uri);
        set(&mut addresses.home_url, self.home_url);
        set(&mut addresses.initiate_login_uri, self.initiate_login_uri);
        Ok(addresses)
    }
}

fn change(list: &mut Vec<String>, added: Vec<String>, removed: &[String]) -> Result<(), Failed> {
    if let Some(unknown) = removed.iter().find(|address| !list.contains(address)) {
        return Err(Failed::because(format!("{unknown} is none of its addresses")));
    }
    list.retain(|address| !removed.contains(address));
    for address in added {
        if !list.contains(&address) {
            list.push(address);
        }
    }
    Ok(())
}

/// Changes the given addresses, and shows all of them.
pub(super) async fn show_or_change(
    app: &App,
    application: Application,
    changes: AddressArguments,
    output: Output,
) -> Result<(), Failed> {
    let mut addresses = application.addresses();
    if !changes.says_nothing() {
        addresses = changes.applied_to(addresses)?;
        let wanted = ListedAddresses::look_up(app, &application, addresses.clone()).await.map_err(Failed::because)?;
        let (core, now) = (app.core.clone(), app.clock.now());
        let set = app.db.write(move |tx| {
            Box::pin(async move {
                let by = ApplicationKeeper::Operator { core: &core, actor: &Actor::Operator, now, network: None };
                Ok::<_, Failed>(set_addresses(tx, by, &wanted).await?)
            })
        });
        let _ = set.await?;
    }
    output.done(&json!(addresses), || {
        let list = |addresses: &[String]| addresses.iter().flat_map(|address| ["\n  ", address]).collect::<String>();
        let one = |address: &Option<String>| address.clone().unwrap_or_else(|| "none".to_owned());
        format!(
            "answers go to:{}\nbrowsers go after signing out to:{}\nended sessions are told to: {}\npeople open it at: {}\n\
             a sign-in begins at: {}",
            list(&addresses.redirect_uris),
            list(&addresses.post_logout_redirect_uris),
            one(&addresses.back_channel_logout_uri),
            one(&addresses.home_url),
            one(&addresses.initiate_login_uri),
        )
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_added_once_and_an_unknown_one_is_not_removed() {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let mut list = owned(&["a", "b"]);
        change(&mut list, owned(&["c", "a"]), &owned(&["b"])).unwrap();
        assert_eq!(list, ["a", "c"]);
        assert!(change(&mut list, Vec::new(), &owned(&["x"])).is_err());
        assert_eq!(list, ["a", "c"], "nothing was changed");
    }
}
