export const handler = async (event) => {
  if (event.headers.authorization !== "Bearer open-sesame") throw new Error("Unauthorized");
  return {
    principalId: "ali",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: "*" }],
    },
  };
};
