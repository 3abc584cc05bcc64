CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the history only grows';
END $$;
CREATE TRIGGER history_never_changes BEFORE UPDATE ON history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER history_never_shrinks BEFORE DELETE OR TRUNCATE ON history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER history_seals_never_change BEFORE UPDATE ON history_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER history_seals_never_shrink BEFORE DELETE OR TRUNCATE ON history_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
-- Also where session_replication_role would turn triggers off.
ALTER TABLE history ENABLE ALWAYS TRIGGER history_never_changes;
ALTER TABLE history ENABLE ALWAYS TRIGGER history_never_shrinks;
ALTER TABLE history_seals ENABLE ALWAYS TRIGGER history_seals_never_change;
ALTER TABLE history_seals ENABLE ALWAYS TRIGGER history_seals_never_shrink;
