-- CreateEnum
CREATE TYPE "HubEventKind" AS ENUM ('CLUSTER_UNREACHABLE', 'CLUSTER_CERTIFICATE_CHANGED', 'CLUSTER_LOGIN_REFUSED', 'CLUSTER_RETURNED', 'RUN_FINISHED', 'RUN_FAILED');

-- AlterTable
ALTER TABLE "webhooks" ADD COLUMN     "event_cursor" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "events" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "webhook_deliveries" ADD COLUMN     "event_id" INTEGER NOT NULL DEFAULT 0;

-- DropIndex
DROP INDEX "webhook_deliveries_webhook_id_change_id_key";

-- CreateTable
CREATE TABLE "hub_events" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "kind" "HubEventKind" NOT NULL,
    "cluster_id" TEXT,
    "run_id" INTEGER,
    "outcome" "RunOutcome",
    "code" TEXT,
    "message" TEXT,

    CONSTRAINT "hub_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "hub_events_at_idx" ON "hub_events"("at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_webhook_id_change_id_event_id_key" ON "webhook_deliveries"("webhook_id", "change_id", "event_id");

-- "All" were changes to templates when these were made: they are not told of more than they were.
UPDATE "webhooks" SET "kinds" = 'APPEARED,FOUND,MOVED,ORPHANED,OUTDATED,REBUILT,REGISTERED,REMOVED,RENAMED,REPLICATED,RETURNED,VANISHED' WHERE "kinds" = '';
