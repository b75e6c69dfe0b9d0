-- DropIndex
DROP INDEX "templates_is_replica_is_class_template_idx";

-- CreateIndex
CREATE INDEX "templates_cluster_id_is_replica_idx" ON "templates"("cluster_id", "is_replica");

-- CreateIndex
CREATE INDEX "templates_counted_idx" ON "templates"("cluster_id", "node", "is_replica", "is_class_template", "state", "cluster_ip", "disk_bytes");
