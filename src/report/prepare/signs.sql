-- signs: one vocabulary of findings, those of the view and of the verdict
--
-- What a report shows as a finding can be asked of the view findings, and its
-- packets extracted: behind a finding of the verdict are the transactions that
-- tell of its lookups, and else those that it cites.

-- @prepare What transactions show by themselves, asked once: it takes long
CREATE TEMP TABLE sign_own AS
SELECT finding, severity, subject, meaning, transaction_id, asked_ns,
       answered_ns
  FROM _signature;

-- @prepare
CREATE TEMP TABLE sign_transaction AS
WITH behind AS (
    SELECT f.finding, b.transaction_id
      FROM temp.verdict_findings AS f
      JOIN temp.verdict_behind AS b USING (number)
     UNION
    SELECT finding, transaction_id FROM temp.verdict_findings
     UNION
    SELECT finding, second_id FROM temp.verdict_findings
)
SELECT finding, transaction_id, asked_ns, answered_ns FROM temp.sign_own
 UNION
SELECT b.finding, t.transaction_id, t.asked_ns, t.answered_ns
  FROM behind AS b
 CROSS JOIN transactions AS t USING (transaction_id);

-- @prepare Where both have a name, what each transaction shows by itself counts
CREATE TEMP TABLE sign_finding AS
WITH own AS (
    SELECT finding, severity, subject, meaning, count(*) AS count,
           min(coalesce(asked_ns, answered_ns)) AS first_ns,
           max(coalesce(asked_ns, answered_ns)) AS last_ns,
           min(transaction_id) AS transaction_id
      FROM temp.sign_own
     GROUP BY finding, severity, subject, meaning
    UNION ALL
    SELECT * FROM findings WHERE finding = 'TCP-RESET'
)
SELECT * FROM own
 UNION ALL
SELECT finding, severity, coalesce(nullif(server, ''), names), phrase, count,
       first_ns, last_ns, transaction_id
  FROM temp.verdict_findings
 WHERE finding NOT IN (SELECT finding FROM own);

-- @prepare
DROP VIEW IF EXISTS temp.findings;

-- @prepare
DROP VIEW IF EXISTS temp._signature;

-- @prepare
CREATE TEMP VIEW findings AS SELECT * FROM temp.sign_finding;

-- @prepare
CREATE TEMP VIEW _signature AS SELECT * FROM temp.sign_transaction;
