import { expect, test } from 'vitest';
import { secretsOfEnvironment } from './environment-secrets.ts';

test.each(['MYSQL_PWD', 'SSHPASS', 'PGPASSWORD', 'DB_PASS', 'dbpwd'])('%s is secret', (name) => {
  expect(secretsOfEnvironment({ [name]: 'correct-horse' })).toContainEqual({ name, value: 'correct-horse' });
});

test.each(['PWD', 'OLDPWD', 'SSH_ASKPASS', 'HTTP_BYPASS'])('%s is none', (name) => {
  expect(secretsOfEnvironment({ [name]: 'some folder of mine' })).toEqual([]);
});

test('a password may be a number of four digits or more, other numbers are no secrets', () => {
  const env = {
    PGPASSWORD: '4711',
    SSHPASS: '12345678',
    MYSQL_PWD: '08154',
    DB_PASSWORD: '123',
    MAX_TOKEN: '12345678',
  };
  expect(secretsOfEnvironment(env).map(({ name }) => name)).toEqual(['SSHPASS', 'MYSQL_PWD', 'PGPASSWORD']);
});
