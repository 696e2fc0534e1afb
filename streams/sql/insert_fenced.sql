-- Store rows that follow as blocks, all or none of them, unless their lanes were opened by another member meanwhile.
-- params:
INSERT INTO $table ($columns) SELECT $columns FROM input('$structure')
WHERE (SELECT throwIf(groupUniqArray(token) != ['$token'], 'fenced') FROM fences WHERE number >= $number AND lane IN ($lanes)) = 0
FORMAT Native
