-- templates.class_id has no foreign key on purpose: databases of the predecessor name classes that no longer exist.
-- CreateEnum
CREATE TYPE "GuestKind" AS ENUM ('QEMU', 'LXC');

-- CreateEnum
CREATE TYPE "TemplateState" AS ENUM ('PRESENT', 'MISSING', 'OUTDATED', 'ORPHANED');

-- CreateEnum
CREATE TYPE "NodeState" AS ENUM ('ONLINE', 'OFFLINE', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "RunKind" AS ENUM ('REPLICATION', 'REMOVAL', 'CLASS_DEPLOY', 'CLASS_STUDENTS', 'CLASS_RESET', 'CLASS_DELETE');

-- CreateEnum
CREATE TYPE "RunTrigger" AS ENUM ('BOOT', 'TIMER', 'MUTATION', 'COMMAND');

-- CreateEnum
CREATE TYPE "RunStatus" AS ENUM ('QUEUED', 'RUNNING', 'FINISHED');

-- CreateEnum
CREATE TYPE "RunOutcome" AS ENUM ('SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "StepPhase" AS ENUM ('PLANNED', 'CLONING', 'PREPARING', 'MIGRATING', 'CONVERTING', 'REGISTERING', 'STARTING', 'REMOVING', 'TAKING_BACK', 'DONE', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "StepKind" AS ENUM ('REPLICA', 'CLASS_TEACHER', 'CLASS_BASE', 'CLASS_STUDENT', 'REMOVE');

-- CreateEnum
CREATE TYPE "ChangeKind" AS ENUM ('APPEARED', 'MOVED', 'RENAMED', 'VANISHED', 'RETURNED', 'REPLICATED', 'REBUILT', 'OUTDATED', 'ORPHANED', 'REGISTERED', 'REMOVED');

-- CreateEnum
CREATE TYPE "ClassState" AS ENUM ('DRAFT', 'DEPLOYING', 'READY', 'DEGRADED', 'DELETING', 'DELETED');

-- CreateEnum
CREATE TYPE "MachineRole" AS ENUM ('TEACHER', 'STUDENT');

-- CreateEnum
CREATE TYPE "MachineState" AS ENUM ('PLANNED', 'PRESENT', 'MISSING', 'IMPORTED');

-- CreateTable
CREATE TABLE "classes" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "teacher" TEXT,
    "description" TEXT,
    "join_token" TEXT,
    "join_expires_at" TIMESTAMP(3),
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
    "state" "ClassState" NOT NULL DEFAULT 'DRAFT',
    "generation" INTEGER NOT NULL DEFAULT 0,
    "imported" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "classes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "class_machines" (
    "id" SERIAL NOT NULL,
    "class_id" INTEGER NOT NULL,
    "cluster_id" TEXT,
    "role" "MachineRole" NOT NULL,
    "state" "MachineState" NOT NULL DEFAULT 'PLANNED',
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
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "assigned_at" TIMESTAMP(3),
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "class_machines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clusters" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL DEFAULT 8006,
    "configured" BOOLEAN NOT NULL DEFAULT true,
    "pve_name" TEXT,
    "version" TEXT,
    "quorate" BOOLEAN,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "last_scan_started_at" TIMESTAMP(3),
    "last_scan_at" TIMESTAMP(3),
    "last_error_at" TIMESTAMP(3),
    "last_error_code" TEXT,
    "last_error_message" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "clusters_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "nodes" (
    "id" SERIAL NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" "NodeState" NOT NULL DEFAULT 'UNKNOWN',
    "version" TEXT,
    "cpus" INTEGER,
    "memory_total" BIGINT,
    "memory_used" BIGINT,
    "guests" INTEGER,
    "last_seen_at" TIMESTAMP(3),
    "last_error_code" TEXT,
    "last_error_message" TEXT,

    CONSTRAINT "nodes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "storages" (
    "id" SERIAL NOT NULL,
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
    "last_seen_at" TIMESTAMP(3),

    CONSTRAINT "storages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replication_runs" (
    "id" SERIAL NOT NULL,
    "kind" "RunKind" NOT NULL DEFAULT 'REPLICATION',
    "cluster_id" TEXT NOT NULL,
    "trigger" "RunTrigger" NOT NULL,
    "status" "RunStatus" NOT NULL DEFAULT 'QUEUED',
    "outcome" "RunOutcome",
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
    "cancel_requested_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMP(3),
    "finished_at" TIMESTAMP(3),
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "replication_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replication_steps" (
    "id" SERIAL NOT NULL,
    "run_id" INTEGER NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "kind" "StepKind" NOT NULL DEFAULT 'REPLICA',
    "guest_kind" "GuestKind" NOT NULL DEFAULT 'QEMU',
    "phase" "StepPhase" NOT NULL DEFAULT 'PLANNED',
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
    "not_before" TIMESTAMP(3),
    "percent" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "bytes_total" BIGINT NOT NULL DEFAULT 0,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMP(3),
    "finished_at" TIMESTAMP(3),
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "replication_steps_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replication_policies" (
    "cluster_id" TEXT NOT NULL,
    "policy" TEXT NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "replication_policies_pkey" PRIMARY KEY ("cluster_id")
);

-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "idempotent_results" (
    "key" TEXT NOT NULL,
    "mutation" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotent_results_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "templates" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "proxmox_vmid" INTEGER NOT NULL,
    "cluster_ip" TEXT,
    "cluster_id" TEXT,
    "node" TEXT,
    "kind" "GuestKind" NOT NULL DEFAULT 'QEMU',
    "state" "TemplateState" NOT NULL DEFAULT 'PRESENT',
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
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,
    "last_verified_at" TIMESTAMP(3),
    "missing_since" TIMESTAMP(3),

    CONSTRAINT "templates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "template_changes" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "kind" "ChangeKind" NOT NULL,
    "template_id" INTEGER,
    "cluster_id" TEXT,
    "vmid" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "node" TEXT,
    "from_node" TEXT,
    "run_id" INTEGER,
    "detail" TEXT,

    CONSTRAINT "template_changes_pkey" PRIMARY KEY ("id")
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

-- AddForeignKey
ALTER TABLE "classes" ADD CONSTRAINT "classes_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "class_machines" ADD CONSTRAINT "class_machines_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "nodes" ADD CONSTRAINT "nodes_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "storages" ADD CONSTRAINT "storages_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replication_runs" ADD CONSTRAINT "replication_runs_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replication_runs" ADD CONSTRAINT "replication_runs_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replication_steps" ADD CONSTRAINT "replication_steps_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "replication_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replication_steps" ADD CONSTRAINT "replication_steps_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replication_policies" ADD CONSTRAINT "replication_policies_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "templates" ADD CONSTRAINT "templates_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "clusters"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "template_changes" ADD CONSTRAINT "template_changes_template_id_fkey" FOREIGN KEY ("template_id") REFERENCES "templates"("id") ON DELETE SET NULL ON UPDATE CASCADE;
