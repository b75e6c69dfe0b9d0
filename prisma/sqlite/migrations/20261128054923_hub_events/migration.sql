-- CreateTable
CREATE TABLE "hub_events" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "kind" TEXT NOT NULL,
    "cluster_id" TEXT,
    "run_id" INTEGER,
    "outcome" TEXT,
    "code" TEXT,
    "message" TEXT
);

-- CreateIndex
CREATE INDEX "hub_events_at_idx" ON "hub_events"("at");

-- Columns are added: a table made anew would lose its deliveries, or give out their ids again.
ALTER TABLE "webhooks" ADD COLUMN "events" TEXT NOT NULL DEFAULT '';
ALTER TABLE "webhooks" ADD COLUMN "event_cursor" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "webhook_deliveries" ADD COLUMN "event_id" INTEGER NOT NULL DEFAULT 0;
DROP INDEX "webhook_deliveries_webhook_id_change_id_key";
CREATE UNIQUE INDEX "webhook_deliveries_webhook_id_change_id_event_id_key" ON "webhook_deliveries"("webhook_id", "change_id", "event_id");

-- "All" were changes to templates when these were made: they are not told of more than they were.
UPDATE "webhooks" SET "kinds" = 'APPEARED,FOUND,MOVED,ORPHANED,OUTDATED,REBUILT,REGISTERED,REMOVED,RENAMED,REPLICATED,RETURNED,VANISHED' WHERE "kinds" = '';
