-- Whether somebody has a word is answered by the index alone: by two words typed, each who has the first is asked
-- for the second. Without the word in it PostgreSQL went through all who have the second, for each of them.
CREATE INDEX search_words_of_subject ON search_words (subject, scope, word);
DROP INDEX search_words_by_subject;
