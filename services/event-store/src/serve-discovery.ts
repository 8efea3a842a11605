import { randomUUID } from 'node:crypto';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';

/** The protocol version spoken: clients parse three numbers here, so the product's own name and version stay out of it. */
const PROTOCOL_VERSION = '23.10.1';

/** Clients compare these in lower case; what is not listed here they do not try. */
const STREAMS_SERVICE = 'event_store.client.streams.streams';
const STREAMS_METHODS = ['append', 'batchappend', 'read', 'delete', 'tombstone'];

/** Serves GetSupportedMethods: tells clients to use BatchAppend. */
export const serveSupportedMethods = (_call: ServerUnaryCall<Empty, SupportedMethods>, callback: sendUnaryData<SupportedMethods>): void => {
  const answer = new serverFeatures.SupportedMethods();
  answer.setEventStoreServerVersion(PROTOCOL_VERSION);
  for (const method of STREAMS_METHODS) {
    const supported = new serverFeatures.SupportedMethod();
    supported.setServiceName(STREAMS_SERVICE);
    supported.setMethodName(method);
    answer.addMethods(supported);
  }
  callback(null, answer);
};

/**
 * Serves Gossip.Read: a cluster of one, and this is its leader, so that `esdb+discover://` connection strings work unchanged.
 * @param host name under which clients reach this server.
 * @param port asked late, because the port may be chosen when listening starts.
 */
export const serveGossip = (host: string, port: () => number) => {
  const instance = new shared.UUID();
  instance.setString(randomUUID());
  return (_call: ServerUnaryCall<Empty, ClusterInfo>, callback: sendUnaryData<ClusterInfo>): void => {
    const member = new gossip.MemberInfo();
    member.setInstanceId(instance);
    member.setTimeStamp(String(BigInt(Date.now()) * 10_000n));
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress(host);
    endPoint.setPort(port());
    member.setHttpEndPoint(endPoint);
    const cluster = new gossip.ClusterInfo();
    cluster.addMembers(member);
    callback(null, cluster);
  };
};
