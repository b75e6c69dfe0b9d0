-- AlterTable
ALTER TABLE "replication_steps" ADD COLUMN     "basis" TEXT,
ADD COLUMN     "refused_at" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "templates" ADD COLUMN     "copied_at" TIMESTAMP(3),
ADD COLUMN     "reopened_at" TIMESTAMP(3);
