-- CreateTable
CREATE TABLE "loose_guests" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "cluster_id" TEXT NOT NULL,
    "vmid" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "class_id" INTEGER,
    "number" INTEGER,
    "base_vmid" INTEGER,
    "half_made" BOOLEAN NOT NULL DEFAULT false,
    "reason_code" TEXT,
    "reason" TEXT,
    "since" DATETIME NOT NULL,
    "looked_at" DATETIME NOT NULL,
    CONSTRAINT "loose_guests_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "loose_guests_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "loose_guests_class_id_idx" ON "loose_guests"("class_id");

-- CreateIndex
CREATE UNIQUE INDEX "loose_guests_cluster_id_vmid_key" ON "loose_guests"("cluster_id", "vmid");
