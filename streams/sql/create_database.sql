-- Make sure that the database exists.
-- params: database Identifier
CREATE DATABASE IF NOT EXISTS {database:Identifier}
