CREATE TRIGGER history_never_changes BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER history_never_shrinks BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
-- INSERT OR REPLACE deletes without calling the trigger above.
CREATE TRIGGER history_never_replaces BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER history_seals_never_change BEFORE UPDATE ON history_seals
BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER history_seals_never_shrink BEFORE DELETE ON history_seals
BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER history_seals_never_replace BEFORE INSERT ON history_seals
WHEN EXISTS (SELECT 1 FROM history_seals WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
