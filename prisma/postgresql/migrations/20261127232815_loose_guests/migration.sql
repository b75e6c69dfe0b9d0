-- CreateEnum
CREATE TYPE "LooseGuestRole" AS ENUM ('TEACHER', 'BASE', 'STUDENT', 'REPLICA');

-- CreateEnum
CREATE TYPE "LooseGuestState" AS ENUM ('LEAVING', 'UNKNOWN');

-- AlterEnum
ALTER TYPE "ChangeKind" ADD VALUE 'FOUND';

-- CreateTable
CREATE TABLE "loose_guests" (
    "id" SERIAL NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "vmid" INTEGER NOT NULL,
    "kind" "GuestKind" NOT NULL,
    "node" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "LooseGuestRole" NOT NULL,
    "state" "LooseGuestState" NOT NULL,
    "class_id" INTEGER,
    "number" INTEGER,
    "base_vmid" INTEGER,
    "half_made" BOOLEAN NOT NULL DEFAULT false,
    "reason_code" TEXT,
    "reason" TEXT,
    "since" TIMESTAMP(3) NOT NULL,
    "looked_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "loose_guests_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "loose_guests_class_id_idx" ON "loose_guests"("class_id");

-- CreateIndex
CREATE UNIQUE INDEX "loose_guests_cluster_id_vmid_key" ON "loose_guests"("cluster_id", "vmid");

-- AddForeignKey
ALTER TABLE "loose_guests" ADD CONSTRAINT "loose_guests_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "loose_guests" ADD CONSTRAINT "loose_guests_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes"("id") ON DELETE SET NULL ON UPDATE CASCADE;
