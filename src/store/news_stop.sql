-- news_stop: the views show everything again

DROP VIEW temp.trace;
DROP VIEW temp._placed;
DROP VIEW temp.messages;
DROP VIEW temp._message;
DROP TRIGGER temp.news_of_stray;
DROP TRIGGER temp.news_of_exchange;
DROP TABLE temp.news;
