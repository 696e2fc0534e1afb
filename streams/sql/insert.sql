-- Store rows that follow as blocks; the names are put in by insert_statement, which lets only plain words pass.
-- params:
INSERT INTO $table ($columns) VALUES
