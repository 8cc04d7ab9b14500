// Makes the replica set and one user for each service, who may use its own database alone; may be run again and again.
// Reads MONGO_HOST (host:port), MONGO_ROOT_PASSWORD and MONGO_PASSWORD_<SERVICE>.
const host = process.env.MONGO_HOST;
const services = ["members", "surveys", "matching", "notifications"];

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

const connection = Mongo(
  `mongodb://root:${encodeURIComponent(needed("MONGO_ROOT_PASSWORD"))}@${host}/admin?directConnection=true`,
);
const admin = connection.getDB("admin");

try {
  admin.runCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host }] } });
  print("replica set made");
} catch (error) {
  if (error.codeName !== "AlreadyInitialized") throw error;
}

const deadline = Date.now() + 60_000;
while (!admin.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error("no primary within a minute");
  sleep(200);
}

for (const service of services) {
  const rights = { pwd: needed(`MONGO_PASSWORD_${service.toUpperCase()}`), roles: [{ role: "readWrite", db: service }] };
  if (admin.getUser(service)) {
    admin.updateUser(service, rights);
  } else {
    admin.createUser({ user: service, ...rights });
  }
  print(`user ${service} may use the database ${service} alone`);
}
