-- AlterTable
ALTER TABLE "clusters" ADD COLUMN     "paused_at" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "replication_runs" ADD COLUMN     "bytes_per_second" DOUBLE PRECISION,
ADD COLUMN     "progress_at" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "replication_steps" DROP COLUMN "percent",
ADD COLUMN     "bytes_per_second" DOUBLE PRECISION,
ADD COLUMN     "progress_at" TIMESTAMP(3),
ADD COLUMN     "error_detail" TEXT;

-- Written by hand: a guest that is cloned and then migrated was counted twice: from now on bytes are those of the guest.
UPDATE "replication_runs" SET
  "bytes_total" = GREATEST(0, "bytes_total" - (SELECT COALESCE(SUM(s."bytes_total" - s."bytes_total" / 2), 0) FROM "replication_steps" AS s
    WHERE s."run_id" = "replication_runs"."id" AND s."kind" <> 'REMOVE'
      AND COALESCE(s."copy_node", s."source_node", s."target_node") <> s."target_node"
      AND COALESCE(s."parameters"::jsonb #>> '{recipe,cloneTarget}', 'false') = 'false'
      AND s."parameters"::jsonb #>> '{recipe,sourceStep}' IS NULL)),
  "bytes_done" = GREATEST(0, "bytes_done" - (SELECT COALESCE(SUM(s."bytes_done" - s."bytes_done" / 2), 0) FROM "replication_steps" AS s
    WHERE s."run_id" = "replication_runs"."id" AND s."kind" <> 'REMOVE'
      AND COALESCE(s."copy_node", s."source_node", s."target_node") <> s."target_node"
      AND COALESCE(s."parameters"::jsonb #>> '{recipe,cloneTarget}', 'false') = 'false'
      AND s."parameters"::jsonb #>> '{recipe,sourceStep}' IS NULL));
UPDATE "replication_steps" SET "bytes_total" = "bytes_total" / 2, "bytes_done" = "bytes_done" / 2
WHERE "kind" <> 'REMOVE'
  AND COALESCE("copy_node", "source_node", "target_node") <> "target_node"
  AND COALESCE("parameters"::jsonb #>> '{recipe,cloneTarget}', 'false') = 'false'
  AND "parameters"::jsonb #>> '{recipe,sourceStep}' IS NULL;
