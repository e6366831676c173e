-- news_start: what came in since somebody looked last
--
-- An exchange may be stored several times while it is not settled, each time
-- in place of the row before it.  Its query is news when it is new, and again
-- when it becomes known that nothing answers; its response when it is new.

CREATE TEMP TABLE news (
	half   INTEGER NOT NULL,         -- 0 query, 1 response, 2 stray
	record INTEGER NOT NULL,         -- -> exchange, stray
	PRIMARY KEY (half, record)
) STRICT, WITHOUT ROWID;

CREATE TEMP TRIGGER news_of_exchange BEFORE INSERT ON main.exchange
BEGIN
	INSERT OR IGNORE INTO news
	SELECT 0, new.id
	 WHERE new.query_frame IS NOT NULL
	   AND NOT EXISTS (SELECT 1 FROM main.exchange
	                    WHERE id = new.id AND query_frame IS NOT NULL
	                      AND (state = new.state
	                           OR new.response_frame IS NOT NULL));
	INSERT OR IGNORE INTO news
	SELECT 1, new.id
	 WHERE new.response_frame IS NOT NULL
	   AND NOT EXISTS (SELECT 1 FROM main.exchange
	                    WHERE id = new.id AND response_frame IS NOT NULL);
END;

CREATE TEMP TRIGGER news_of_stray AFTER INSERT ON main.stray
BEGIN
	INSERT INTO news VALUES (2, new.id);
END;

CREATE TEMP VIEW _message AS
SELECT * FROM main._query
 WHERE record IN (SELECT record FROM temp.news WHERE half = 0)
UNION ALL
SELECT * FROM main._response
 WHERE record IN (SELECT record FROM temp.news WHERE half = 1)
UNION ALL
SELECT * FROM main._stray
 WHERE record IN (SELECT record FROM temp.news WHERE half = 2);
