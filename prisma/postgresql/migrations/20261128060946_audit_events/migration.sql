-- CreateEnum
CREATE TYPE "AuditOutcome" AS ENUM ('BEGUN', 'DONE', 'REFUSED', 'FAILED');

-- CreateTable
CREATE TABLE "audit_events" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "who" TEXT NOT NULL,
    "token_id" INTEGER,
    "role" "AccessRole",
    "origin" TEXT,
    "what" TEXT NOT NULL,
    "input" TEXT,
    "outcome" "AuditOutcome" NOT NULL DEFAULT 'BEGUN',
    "code" TEXT,
    "run_id" INTEGER,
    "count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_events_at_idx" ON "audit_events"("at");
