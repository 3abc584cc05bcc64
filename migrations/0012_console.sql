-- What was done about one user within one company, for the tab that shows it.
CREATE INDEX history_by_company_and_person ON history (company_id, person_id, id) WHERE company_id IS NOT NULL;

-- The few who are locked or removed, and the few who manage, among however many there are.
CREATE INDEX users_by_state ON users (company_id, state, sort_key, person_id);
CREATE INDEX users_who_manage ON users (company_id, sort_key, person_id) WHERE roles <> '["employee"]';
