-- AlterTable
ALTER TABLE "replication_steps" ADD COLUMN "basis" TEXT;
ALTER TABLE "replication_steps" ADD COLUMN "refused_at" DATETIME;

-- AlterTable
ALTER TABLE "templates" ADD COLUMN "copied_at" DATETIME;
ALTER TABLE "templates" ADD COLUMN "reopened_at" DATETIME;
