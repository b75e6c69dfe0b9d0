-- AlterTable
ALTER TABLE "clusters" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'NEVER_SCANNED';
ALTER TABLE "clusters" ADD COLUMN "status_since" DATETIME;

-- What the last scan came to, as far as it was written down. Nodes of a cluster that it did not reach are not known of.
UPDATE "clusters" SET "status" = CASE
  WHEN "last_error_code" IS NULL THEN 'ONLINE'
  WHEN "last_scan_at" IS NULL OR "last_error_at" > "last_scan_at" THEN 'UNREACHABLE'
  ELSE 'DEGRADED'
END
WHERE "last_scan_at" IS NOT NULL OR "last_error_code" IS NOT NULL;
UPDATE "nodes" SET "state" = 'UNKNOWN' WHERE "cluster_id" IN (SELECT "id" FROM "clusters" WHERE "status" = 'UNREACHABLE');
