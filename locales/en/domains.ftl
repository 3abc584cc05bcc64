# The domains of a company, each proved by a record in DNS.

admin-domains = Domains
domains-lead = People whose email ends with a proved domain are led to your company's directory at the sign-in.
domain-claimed = Not proved yet
domain-proved = Proved
domain-missing = Proved until { $until }: its record is missing
domain-set-record = Set this record in the DNS of the domain. It can take an hour until it is seen. Leave it there: it is looked at every day.
domain-record-type = Type
domain-record-name = Name
domain-record-value = Value
domain-copy = Copy value
domain-check = Check record
domain-remove = Remove domain
domain-add-title = Add a domain
domain-label = Domain, such as company.example
domain-add = Add domain
domain-done-claimed = The domain is added. Set its record, and check it.
domain-done-proved = The domain is proved.
domain-done-removed = The domain is removed.
domain-done-use = Saved.
domain-directory-title = Sign-in by your directory
domain-directory-none = Your company has no directory here yet. The operator of the service adds it.
domain-directory-names = Directory: { $names }
domain-directory-ask = People with an email at a proved domain
domain-use-offered = see the directory beside their password
domain-use-first = are sent to the directory, and can choose another way
domain-use-alone = get in by the directory alone. Administrators keep a way in by two factors of their own.
domain-error-shape = This is no domain. Write the part of the email addresses after @.
domain-error-public = Anybody can have a mailbox there. Add a domain of your company alone.
domain-error-many = A company has at most 20 domains. Remove one that you no longer need.
domain-error-other = Another company here has proved this domain. If it is yours, ask support.
domain-error-record = There is no TXT record with this value yet. Compare name and value, wait a while, and check again.
domain-error-answer = DNS does not answer for this domain now. Try again in a moment.

message-domain-link = See the domains
message-domain-missing-subject = The record of { $domain } is missing
message-domain-missing-text =
    Hello { $name },

    the TXT record { $record } which proves that { $domain } belongs to { $company }, is no longer there.

    Set it again before { $until }. Without it people with an email at { $domain } are not led to your directory after that.
message-domain-lapsed-subject = { $domain } is no longer proved
message-domain-lapsed-text =
    Hello { $name },

    the TXT record { $record } was missing for a week. { $domain } is no longer proved for { $company }, and people with an email there are not led to your directory.

    If the domain is yours, set the record again and check it.
