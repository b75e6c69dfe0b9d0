-- CreateEnum
CREATE TYPE "ClusterStatus" AS ENUM ('NEVER_SCANNED', 'ONLINE', 'DEGRADED', 'UNREACHABLE');

-- AlterTable
ALTER TABLE "clusters" ADD COLUMN     "status" "ClusterStatus" NOT NULL DEFAULT 'NEVER_SCANNED',
ADD COLUMN     "status_since" TIMESTAMP(3);

-- What the last scan came to, as far as it was written down. Nodes of a cluster that it did not reach are not known of.
UPDATE "clusters" SET "status" = (CASE
  WHEN "last_error_code" IS NULL THEN 'ONLINE'
  WHEN "last_scan_at" IS NULL OR "last_error_at" > "last_scan_at" THEN 'UNREACHABLE'
  ELSE 'DEGRADED'
END)::"ClusterStatus"
WHERE "last_scan_at" IS NOT NULL OR "last_error_code" IS NOT NULL;
UPDATE "nodes" SET "state" = 'UNKNOWN' WHERE "cluster_id" IN (SELECT "id" FROM "clusters" WHERE "status" = 'UNREACHABLE');
