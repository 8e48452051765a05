// Generated from envoy/extensions/common/aws/v3/credential_provider.proto by "npm run gen".

import type { Message } from "@bufbuild/protobuf";
import type { DataSource } from "../../../../config/core/v3/base_pb.js";
import type { Duration } from "@bufbuild/protobuf/wkt";
export declare type AwsCredentialProvider = Message<"envoy.extensions.common.aws.v3.AwsCredentialProvider"> & {
  assumeRoleWithWebIdentityProvider?: AssumeRoleWithWebIdentityCredentialProvider | undefined;
  inlineCredential?: InlineCredentialProvider | undefined;
  credentialsFileProvider?: CredentialsFileCredentialProvider | undefined;
  customCredentialProviderChain: boolean;
  iamRolesAnywhereCredentialProvider?: IAMRolesAnywhereCredentialProvider | undefined;
  configCredentialProvider?: ConfigCredentialProvider | undefined;
  containerCredentialProvider?: ContainerCredentialProvider | undefined;
  environmentCredentialProvider?: EnvironmentCredentialProvider | undefined;
  instanceProfileCredentialProvider?: InstanceProfileCredentialProvider | undefined;
  assumeRoleCredentialProvider?: AssumeRoleCredentialProvider | undefined;
};
export declare type InlineCredentialProvider = Message<"envoy.extensions.common.aws.v3.InlineCredentialProvider"> & {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
};
export declare type AssumeRoleWithWebIdentityCredentialProvider = Message<"envoy.extensions.common.aws.v3.AssumeRoleWithWebIdentityCredentialProvider"> & {
  webIdentityTokenDataSource?: DataSource | undefined;
  roleArn: string;
  roleSessionName: string;
};
export declare type CredentialsFileCredentialProvider = Message<"envoy.extensions.common.aws.v3.CredentialsFileCredentialProvider"> & {
  credentialsDataSource?: DataSource | undefined;
  profile: string;
};
export declare type IAMRolesAnywhereCredentialProvider = Message<"envoy.extensions.common.aws.v3.IAMRolesAnywhereCredentialProvider"> & {
  roleArn: string;
  certificate?: DataSource | undefined;
  certificateChain?: DataSource | undefined;
  privateKey?: DataSource | undefined;
  trustAnchorArn: string;
  profileArn: string;
  roleSessionName: string;
  sessionDuration?: Duration | undefined;
};
export declare type ConfigCredentialProvider = Message<"envoy.extensions.common.aws.v3.ConfigCredentialProvider"> & {
};
export declare type ContainerCredentialProvider = Message<"envoy.extensions.common.aws.v3.ContainerCredentialProvider"> & {
};
export declare type EnvironmentCredentialProvider = Message<"envoy.extensions.common.aws.v3.EnvironmentCredentialProvider"> & {
};
export declare type InstanceProfileCredentialProvider = Message<"envoy.extensions.common.aws.v3.InstanceProfileCredentialProvider"> & {
};
export declare type AssumeRoleCredentialProvider = Message<"envoy.extensions.common.aws.v3.AssumeRoleCredentialProvider"> & {
  roleArn: string;
  roleSessionName: string;
  externalId: string;
  sessionDuration?: Duration | undefined;
  credentialProvider?: AwsCredentialProvider | undefined;
};
