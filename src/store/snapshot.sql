-- snapshot: what is kept of the items of a cluster's snapshot
--
-- After "-- @Kind" the statements that run for each item of that kind, after
-- "-- @Any" those for items of every kind.
--
-- :item         one object as JSON text
-- :id           a number that no other item has
-- :snapshot     -> snapshot
--
-- Each field is taken only if it has the type that it should have; else it is
-- NULL, and a row that cannot be without it is left out.  Names that are longer
-- than Kubernetes allows (253) are none.  json_object() brings the fields of an
-- item together, json_each() tells their types, and json_group_object() makes
-- one object of those that may be used.

-- @Any
WITH moment (ns) AS (
    SELECT time_of(:item ->> '$.metadata.creationTimestamp')
    UNION ALL
    SELECT time_of(:item ->> '$.status.startTime')
    UNION ALL
    SELECT time_of(value ->> '$.lastTransitionTime')
      FROM json_each(:item -> '$.status.conditions') WHERE type = 'object'
    UNION ALL
    SELECT time_of(value ->> '$.lastHeartbeatTime')
      FROM json_each(:item -> '$.status.conditions') WHERE type = 'object'
)
UPDATE snapshot
   SET items = items + 1,
       taken_ns = (SELECT max(ns) FROM (SELECT ns FROM moment UNION ALL
                                        SELECT snapshot.taken_ns))
 WHERE id = :snapshot;

-- @Pod
WITH clean (field) AS (
    SELECT json_group_object(key, value)
      FROM json_each(json_object(
               'namespace', :item -> '$.metadata.namespace',
               'name', :item -> '$.metadata.name',
               'uid', :item -> '$.metadata.uid',
               'created', :item -> '$.metadata.creationTimestamp',
               'deleted', :item -> '$.metadata.deletionTimestamp',
               'owner_kind', :item -> '$.metadata.ownerReferences[0].kind',
               'owner_name', :item -> '$.metadata.ownerReferences[0].name',
               'node', :item -> '$.spec.nodeName',
               'dns_policy', :item -> '$.spec.dnsPolicy',
               'hostname', :item -> '$.spec.hostname',
               'subdomain', :item -> '$.spec.subdomain',
               'container', :item -> '$.spec.containers[0].name',
               'started', :item -> '$.status.startTime',
               'phase', :item -> '$.status.phase'))
     WHERE type = 'text' AND length(value) BETWEEN 1 AND 253
)
INSERT OR IGNORE INTO pod
SELECT :id,
       field ->> 'namespace',
       field ->> 'name',
       field ->> 'uid',
       field ->> 'node',
       json_type(:item, '$.spec.hostNetwork') IS 'true',
       field ->> 'dns_policy',
       field ->> 'hostname',
       field ->> 'subdomain',
       iif(json_type(:item, '$.spec.containers[1]') IS NULL,
           field ->> 'container', NULL),
       field ->> 'phase',
       (SELECT max(c.value ->> '$.status' IS 'True')
          FROM json_each(:item -> '$.status.conditions') AS c
         WHERE c.type = 'object' AND c.value ->> '$.type' IS 'Ready'),
       time_of(field ->> 'created'),
       time_of(field ->> 'started'),
       time_of(field ->> 'deleted'),
       (SELECT max(time_of(c.value ->> '$.state.terminated.finishedAt'))
          FROM json_each(:item -> '$.status.containerStatuses') AS c
         WHERE c.type = 'object'),
       field ->> 'owner_kind',
       field ->> 'owner_name'
  FROM clean;

INSERT OR IGNORE INTO pod_label
SELECT :id, key, value
  FROM json_each(:item -> '$.metadata.labels')
 WHERE type = 'text' AND typeof(key) = 'text'
   AND length(key) <= 317 AND length(value) <= 253
   AND :id IN (SELECT id FROM pod);

INSERT OR IGNORE INTO pod_address
SELECT :id, address
  FROM (SELECT address_of(:item ->> '$.status.podIP') AS address
        UNION ALL
        SELECT address_of(value ->> '$.ip')
          FROM json_each(:item -> '$.status.podIPs') WHERE type = 'object')
 WHERE address IS NOT NULL AND :id IN (SELECT id FROM pod);

INSERT OR IGNORE INTO pod_search
SELECT :id, rtrim(lower(value), '.') || '.'
  FROM json_each(:item -> '$.spec.dnsConfig.searches')
 WHERE type = 'text' AND length(rtrim(value, '.')) BETWEEN 1 AND 253
   AND :id IN (SELECT id FROM pod)
 LIMIT 32;

-- @Service
WITH clean (field) AS (
    SELECT json_group_object(key, value)
      FROM json_each(json_object(
               'namespace', :item -> '$.metadata.namespace',
               'name', :item -> '$.metadata.name',
               'created', :item -> '$.metadata.creationTimestamp',
               'type', :item -> '$.spec.type',
               'cluster_ip', :item -> '$.spec.clusterIP',
               'external_name', :item -> '$.spec.externalName'))
     WHERE type = 'text' AND length(value) BETWEEN 1 AND 253
)
INSERT OR IGNORE INTO service
SELECT :id,
       field ->> 'namespace',
       field ->> 'name',
       field ->> 'type',
       field ->> 'cluster_ip' IS 'None',
       field ->> 'external_name',
       json_type(:item, '$.spec.publishNotReadyAddresses') IS 'true',
       time_of(field ->> 'created')
  FROM clean;

INSERT OR IGNORE INTO service_address
SELECT :id, address, source
  FROM (SELECT address_of(:item ->> '$.spec.clusterIP') AS address,
               'cluster' AS source
        UNION ALL
        SELECT address_of(value), 'cluster'
          FROM json_each(:item -> '$.spec.clusterIPs')
        UNION ALL
        SELECT address_of(value), 'external'
          FROM json_each(:item -> '$.spec.externalIPs')
        UNION ALL
        SELECT address_of(value ->> '$.ip'), 'balancer'
          FROM json_each(:item -> '$.status.loadBalancer.ingress')
         WHERE type = 'object')
 WHERE address IS NOT NULL AND :id IN (SELECT id FROM service);

INSERT INTO service_port
SELECT :id,
       iif(json_type(value, '$.name') = 'text', value ->> '$.name', NULL),
       iif(json_type(value, '$.protocol') = 'text', value ->> '$.protocol',
           'TCP'),
       value ->> '$.port'
  FROM json_each(:item -> '$.spec.ports')
 WHERE type = 'object' AND json_type(value, '$.port') = 'integer'
   AND value ->> '$.port' BETWEEN 1 AND 65535
   AND :id IN (SELECT id FROM service);

-- @EndpointSlice
WITH field AS (
    SELECT max(value) FILTER (WHERE key = 'namespace') AS namespace,
           max(value) FILTER (WHERE key = 'service')   AS service
      FROM json_each(json_object(
               'namespace', :item -> '$.metadata.namespace',
               'service', :item
                   -> '$.metadata.labels."kubernetes.io/service-name"'))
     WHERE type = 'text' AND length(value) BETWEEN 1 AND 253
), one AS (
    SELECT value AS endpoint
      FROM json_each(:item -> '$.endpoints') WHERE type = 'object'
)
INSERT INTO endpoint
SELECT f.namespace, f.service, 'slice', address_of(a.value),
       iif(json_type(e.endpoint, '$.hostname') = 'text',
           e.endpoint ->> '$.hostname', NULL),
       iif(json_type(e.endpoint, '$.nodeName') = 'text',
           e.endpoint ->> '$.nodeName', NULL),
       iif(e.endpoint ->> '$.targetRef.kind' IS 'Pod'
           AND json_type(e.endpoint, '$.targetRef.name') = 'text',
           e.endpoint ->> '$.targetRef.name', NULL),
       -- unknown is to be taken for ready
       json_type(e.endpoint, '$.conditions.ready') IS NOT 'false'
  FROM field AS f
  JOIN one AS e
  JOIN json_each(e.endpoint -> '$.addresses') AS a
 WHERE f.namespace IS NOT NULL AND f.service IS NOT NULL
   AND address_of(a.value) IS NOT NULL;

-- One without endpoints says so, which is not the same as none.
INSERT INTO endpoint
SELECT f.namespace, f.service, 'slice', '', NULL, NULL, NULL, 0
  FROM (SELECT max(value) FILTER (WHERE key = 'namespace') AS namespace,
               max(value) FILTER (WHERE key = 'service')   AS service
          FROM json_each(json_object(
                   'namespace', :item -> '$.metadata.namespace',
                   'service', :item
                       -> '$.metadata.labels."kubernetes.io/service-name"'))
         WHERE type = 'text' AND length(value) BETWEEN 1 AND 253) AS f
 WHERE f.namespace IS NOT NULL AND f.service IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM endpoint AS e
                    WHERE e.namespace = f.namespace AND e.service = f.service
                      AND e.source = 'slice');

-- @Endpoints
WITH field AS (
    SELECT max(value) FILTER (WHERE key = 'namespace') AS namespace,
           max(value) FILTER (WHERE key = 'name')      AS service
      FROM json_each(json_object(
               'namespace', :item -> '$.metadata.namespace',
               'name', :item -> '$.metadata.name'))
     WHERE type = 'text' AND length(value) BETWEEN 1 AND 253
), subset AS (
    SELECT value AS subset
      FROM json_each(:item -> '$.subsets') WHERE type = 'object'
), one AS (
    SELECT a.value AS endpoint, 1 AS ready
      FROM subset AS s
      JOIN json_each(s.subset -> '$.addresses') AS a WHERE a.type = 'object'
    UNION ALL
    SELECT a.value, 0
      FROM subset AS s
      JOIN json_each(s.subset -> '$.notReadyAddresses') AS a
     WHERE a.type = 'object'
)
INSERT INTO endpoint
SELECT f.namespace, f.service, 'endpoints', address_of(e.endpoint ->> '$.ip'),
       iif(json_type(e.endpoint, '$.hostname') = 'text',
           e.endpoint ->> '$.hostname', NULL),
       iif(json_type(e.endpoint, '$.nodeName') = 'text',
           e.endpoint ->> '$.nodeName', NULL),
       iif(e.endpoint ->> '$.targetRef.kind' IS 'Pod'
           AND json_type(e.endpoint, '$.targetRef.name') = 'text',
           e.endpoint ->> '$.targetRef.name', NULL),
       e.ready
  FROM field AS f
  JOIN one AS e
 WHERE f.namespace IS NOT NULL AND f.service IS NOT NULL
   AND address_of(e.endpoint ->> '$.ip') IS NOT NULL;

-- @Node
WITH clean (field) AS (
    SELECT json_group_object(key, value)
      FROM json_each(json_object(
               'name', :item -> '$.metadata.name',
               'os', :item -> '$.status.nodeInfo.operatingSystem',
               'kubelet', :item -> '$.status.nodeInfo.kubeletVersion',
               'created', :item -> '$.metadata.creationTimestamp'))
     WHERE type = 'text' AND length(value) BETWEEN 1 AND 253
)
INSERT OR IGNORE INTO node
SELECT :id,
       field ->> 'name',
       field ->> 'os',
       field ->> 'kubelet',
       time_of(field ->> 'created')
  FROM clean;

INSERT OR IGNORE INTO node_address
SELECT :id, address_of(value ->> '$.address'), value ->> '$.type'
  FROM json_each(:item -> '$.status.addresses')
 WHERE type = 'object' AND value ->> '$.type' IN ('InternalIP', 'ExternalIP')
   AND address_of(value ->> '$.address') IS NOT NULL
   AND :id IN (SELECT id FROM node);

-- @Namespace
INSERT OR IGNORE INTO namespace
SELECT value
  FROM json_each(json_object('name', :item -> '$.metadata.name'))
 WHERE type = 'text' AND length(value) BETWEEN 1 AND 253;
