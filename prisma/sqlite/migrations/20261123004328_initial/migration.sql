-- templates.class_id has no foreign key on purpose: databases of the predecessor name classes that no longer exist.
-- CreateTable
CREATE TABLE "classes" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "teacher" TEXT,
    "description" TEXT,
    "join_token" TEXT,
    "join_expires_at" DATETIME,
    "join_never_expires" BOOLEAN NOT NULL DEFAULT false,
    "cluster_id" TEXT,
    "source_vmid" INTEGER,
    "source_template_id" INTEGER,
    "pool" TEXT,
    "nodes" TEXT NOT NULL DEFAULT '',
    "vmid_first" INTEGER,
    "vmid_last" INTEGER,
    "name_pattern" TEXT NOT NULL DEFAULT '<class>-<n>',
    "tags" TEXT NOT NULL DEFAULT '',
    "settings" TEXT NOT NULL DEFAULT '{}',
    "state" TEXT NOT NULL DEFAULT 'DRAFT',
    "generation" INTEGER NOT NULL DEFAULT 0,
    "imported" BOOLEAN NOT NULL DEFAULT false,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "classes_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "class_machines" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "class_id" INTEGER NOT NULL,
    "cluster_id" TEXT,
    "role" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'PLANNED',
    "number" INTEGER,
    "vmid" INTEGER,
    "node" TEXT,
    "name" TEXT,
    "assigned_to" TEXT,
    "base_vmid" INTEGER,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "made_here" BOOLEAN NOT NULL DEFAULT false,
    "mac_address" TEXT,
    "legacy" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "assigned_at" DATETIME,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "class_machines_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "clusters" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL DEFAULT 8006,
    "configured" BOOLEAN NOT NULL DEFAULT true,
    "pve_name" TEXT,
    "version" TEXT,
    "quorate" BOOLEAN,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "last_scan_started_at" DATETIME,
    "last_scan_at" DATETIME,
    "last_error_at" DATETIME,
    "last_error_code" TEXT,
    "last_error_message" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "nodes" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "cluster_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'UNKNOWN',
    "version" TEXT,
    "cpus" INTEGER,
    "memory_total" BIGINT,
    "memory_used" BIGINT,
    "guests" INTEGER,
    "last_seen_at" DATETIME,
    "last_error_code" TEXT,
    "last_error_message" TEXT,
    CONSTRAINT "nodes_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "storages" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "cluster_id" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "shared" BOOLEAN NOT NULL,
    "content" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "total_bytes" BIGINT,
    "available_bytes" BIGINT,
    "last_seen_at" DATETIME,
    CONSTRAINT "storages_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "replication_runs" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL DEFAULT 'REPLICATION',
    "cluster_id" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'QUEUED',
    "outcome" TEXT,
    "request" TEXT NOT NULL DEFAULT '{}',
    "class_id" INTEGER,
    "idempotency_key" TEXT,
    "steps_total" INTEGER NOT NULL DEFAULT 0,
    "steps_done" INTEGER NOT NULL DEFAULT 0,
    "steps_failed" INTEGER NOT NULL DEFAULT 0,
    "bytes_total" BIGINT NOT NULL DEFAULT 0,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "cancel_requested_at" DATETIME,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "finished_at" DATETIME,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "replication_runs_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "replication_runs_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "replication_steps" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "run_id" INTEGER NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'REPLICA',
    "guest_kind" TEXT NOT NULL DEFAULT 'QEMU',
    "phase" TEXT NOT NULL DEFAULT 'PLANNED',
    "source_vmid" INTEGER NOT NULL,
    "source_node" TEXT,
    "source_generation" TEXT,
    "copy_vmid" INTEGER,
    "copy_node" TEXT,
    "target_node" TEXT NOT NULL,
    "target_storage" TEXT,
    "way" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "vmid" INTEGER,
    "token" TEXT NOT NULL,
    "upid" TEXT,
    "class_id" INTEGER,
    "replaces_vmid" INTEGER,
    "parameters" TEXT NOT NULL DEFAULT '{}',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "not_before" DATETIME,
    "percent" REAL NOT NULL DEFAULT 0,
    "bytes_total" BIGINT NOT NULL DEFAULT 0,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "finished_at" DATETIME,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "replication_steps_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "replication_runs" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "replication_steps_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "replication_policies" (
    "cluster_id" TEXT NOT NULL PRIMARY KEY,
    "policy" TEXT NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "replication_policies_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "owner" TEXT NOT NULL,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "expires_at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "idempotent_results" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "mutation" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "templates" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "proxmox_vmid" INTEGER NOT NULL,
    "cluster_ip" TEXT,
    "cluster_id" TEXT,
    "node" TEXT,
    "kind" TEXT NOT NULL DEFAULT 'QEMU',
    "state" TEXT NOT NULL DEFAULT 'PRESENT',
    "is_replica" BOOLEAN NOT NULL DEFAULT false,
    "source_vmid" INTEGER,
    "source_node" TEXT,
    "is_class_template" BOOLEAN NOT NULL DEFAULT false,
    "class_id" INTEGER,
    "original_template_id" INTEGER,
    "created_by" TEXT,
    "generation" TEXT,
    "source_generation" TEXT,
    "config_digest" TEXT,
    "disk_bytes" BIGINT,
    "storage_names" TEXT,
    "on_shared_storage" BOOLEAN,
    "linked_clones" BOOLEAN,
    "cores" INTEGER,
    "memory_bytes" BIGINT,
    "os_type" TEXT,
    "tags" TEXT NOT NULL DEFAULT '',
    "pool" TEXT,
    "imported" BOOLEAN NOT NULL DEFAULT false,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL,
    "last_verified_at" DATETIME,
    "missing_since" DATETIME,
    CONSTRAINT "templates_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "template_changes" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "kind" TEXT NOT NULL,
    "template_id" INTEGER,
    "cluster_id" TEXT,
    "vmid" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "node" TEXT,
    "from_node" TEXT,
    "run_id" INTEGER,
    "detail" TEXT,
    CONSTRAINT "template_changes_template_id_fkey" FOREIGN KEY ("template_id") REFERENCES "templates" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "classes_join_token_key" ON "classes"("join_token");

-- CreateIndex
CREATE INDEX "classes_name_idx" ON "classes"("name");

-- CreateIndex
CREATE INDEX "class_machines_class_id_idx" ON "class_machines"("class_id");

-- CreateIndex
CREATE INDEX "class_machines_cluster_id_vmid_idx" ON "class_machines"("cluster_id", "vmid");

-- CreateIndex
CREATE INDEX "clusters_host_idx" ON "clusters"("host");

-- CreateIndex
CREATE UNIQUE INDEX "nodes_cluster_id_name_key" ON "nodes"("cluster_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "storages_cluster_id_node_name_key" ON "storages"("cluster_id", "node", "name");

-- CreateIndex
CREATE UNIQUE INDEX "replication_runs_idempotency_key_key" ON "replication_runs"("idempotency_key");

-- CreateIndex
CREATE INDEX "replication_runs_cluster_id_status_idx" ON "replication_runs"("cluster_id", "status");

-- CreateIndex
CREATE INDEX "replication_runs_class_id_idx" ON "replication_runs"("class_id");

-- CreateIndex
CREATE UNIQUE INDEX "replication_steps_token_key" ON "replication_steps"("token");

-- CreateIndex
CREATE INDEX "replication_steps_run_id_idx" ON "replication_steps"("run_id");

-- CreateIndex
CREATE INDEX "replication_steps_cluster_id_phase_idx" ON "replication_steps"("cluster_id", "phase");

-- CreateIndex
CREATE INDEX "replication_steps_cluster_id_source_vmid_target_node_idx" ON "replication_steps"("cluster_id", "source_vmid", "target_node");

-- CreateIndex
CREATE INDEX "idempotent_results_created_at_idx" ON "idempotent_results"("created_at");

-- CreateIndex
CREATE INDEX "templates_cluster_id_proxmox_vmid_idx" ON "templates"("cluster_id", "proxmox_vmid");

-- CreateIndex
CREATE INDEX "templates_proxmox_vmid_idx" ON "templates"("proxmox_vmid");

-- CreateIndex
CREATE INDEX "templates_name_idx" ON "templates"("name");

-- CreateIndex
CREATE INDEX "templates_cluster_id_source_vmid_idx" ON "templates"("cluster_id", "source_vmid");

-- CreateIndex
CREATE INDEX "templates_source_vmid_idx" ON "templates"("source_vmid");

-- CreateIndex
CREATE INDEX "templates_class_id_idx" ON "templates"("class_id");

-- CreateIndex
CREATE INDEX "templates_node_idx" ON "templates"("node");

-- CreateIndex
CREATE INDEX "templates_is_replica_is_class_template_idx" ON "templates"("is_replica", "is_class_template");

-- CreateIndex
CREATE UNIQUE INDEX "uix_cluster_node_vmid" ON "templates"("cluster_ip", "node", "proxmox_vmid");

-- CreateIndex
CREATE INDEX "template_changes_template_id_idx" ON "template_changes"("template_id");

-- CreateIndex
CREATE INDEX "template_changes_at_idx" ON "template_changes"("at");
