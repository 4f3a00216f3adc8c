/** The AWS account, region and credentials of the local processes. None of them exists. */
export const LOCAL_REGION = "us-east-1";
export const LOCAL_ACCOUNT_ID = "000000000000";

export const LOCAL_ENVIRONMENT = {
  AWS_REGION: LOCAL_REGION,
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
} as const;

/** The credentials for a client of the AWS SDK. */
export const LOCAL_CREDENTIALS = {
  accessKeyId: LOCAL_ENVIRONMENT.AWS_ACCESS_KEY_ID,
  secretAccessKey: LOCAL_ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
};
