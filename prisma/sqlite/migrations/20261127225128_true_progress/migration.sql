-- Written by hand: the column is dropped in place, so that no row is copied; figures are converted, see below.

-- AlterTable
ALTER TABLE "clusters" ADD COLUMN "paused_at" DATETIME;

-- AlterTable
ALTER TABLE "replication_runs" ADD COLUMN "bytes_per_second" REAL;
ALTER TABLE "replication_runs" ADD COLUMN "progress_at" DATETIME;

-- AlterTable
ALTER TABLE "replication_steps" DROP COLUMN "percent";
ALTER TABLE "replication_steps" ADD COLUMN "bytes_per_second" REAL;
ALTER TABLE "replication_steps" ADD COLUMN "progress_at" DATETIME;
ALTER TABLE "replication_steps" ADD COLUMN "error_detail" TEXT;

-- A guest that is cloned and then migrated was counted twice: from now on bytes are those of the guest.
UPDATE "replication_runs" SET
  "bytes_total" = MAX(0, "bytes_total" - (SELECT COALESCE(SUM(s."bytes_total" - s."bytes_total" / 2), 0) FROM "replication_steps" AS s
    WHERE s."run_id" = "replication_runs"."id" AND s."kind" <> 'REMOVE'
      AND COALESCE(s."copy_node", s."source_node", s."target_node") <> s."target_node"
      AND COALESCE(json_extract(s."parameters", '$.recipe.cloneTarget'), 0) = 0
      AND json_extract(s."parameters", '$.recipe.sourceStep') IS NULL)),
  "bytes_done" = MAX(0, "bytes_done" - (SELECT COALESCE(SUM(s."bytes_done" - s."bytes_done" / 2), 0) FROM "replication_steps" AS s
    WHERE s."run_id" = "replication_runs"."id" AND s."kind" <> 'REMOVE'
      AND COALESCE(s."copy_node", s."source_node", s."target_node") <> s."target_node"
      AND COALESCE(json_extract(s."parameters", '$.recipe.cloneTarget'), 0) = 0
      AND json_extract(s."parameters", '$.recipe.sourceStep') IS NULL));
UPDATE "replication_steps" SET "bytes_total" = "bytes_total" / 2, "bytes_done" = "bytes_done" / 2
WHERE "kind" <> 'REMOVE'
  AND COALESCE("copy_node", "source_node", "target_node") <> "target_node"
  AND COALESCE(json_extract("parameters", '$.recipe.cloneTarget'), 0) = 0
  AND json_extract("parameters", '$.recipe.sourceStep') IS NULL;
