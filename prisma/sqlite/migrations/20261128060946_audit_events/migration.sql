-- CreateTable
CREATE TABLE "audit_events" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "who" TEXT NOT NULL,
    "token_id" INTEGER,
    "role" TEXT,
    "origin" TEXT,
    "what" TEXT NOT NULL,
    "input" TEXT,
    "outcome" TEXT NOT NULL DEFAULT 'BEGUN',
    "code" TEXT,
    "run_id" INTEGER,
    "count" INTEGER NOT NULL DEFAULT 1
);

-- CreateIndex
CREATE INDEX "audit_events_at_idx" ON "audit_events"("at");
