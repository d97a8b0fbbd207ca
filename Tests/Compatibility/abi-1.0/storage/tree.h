/// tree.h: a balanced tree of nodes in a fixed order, addressed by position.
///
/// The nodes live inside what they order (a record has one node per index), so that inserting and removing never
/// allocate and therefore never fail: undoing a batch relies on it. The tree knows nothing about keys; `tree_position`
/// finds a place by asking a comparison, and the other calls take places. Every call is O(log n).
#ifndef STORAGE_MEMORY_TREE_H
#define STORAGE_MEMORY_TREE_H

#include <stdint.h>

typedef struct tree_node {
    struct tree_node *left;
    struct tree_node *right;
    uint64_t size;  ///< Nodes in this subtree, this one included.
    uint64_t priority;  ///< Random; a parent's is never less than its children's, which keeps the tree shallow.
} tree_node;

/// An empty tree is all zero.
typedef struct tree {
    tree_node *root;
    uint64_t random;  ///< State of the generator of priorities.
} tree;

/// Negative when `node` stands before what `key` describes, zero when it is such a node, positive when it stands
/// behind.
typedef int (*tree_compare)(const tree_node *node, const void *key);

uint64_t tree_count(const tree *tree);
/// How many nodes stand before `key`; with `past_equal` those that equal it are counted too.
uint64_t tree_position(const tree *tree, tree_compare compare, const void *key, int past_equal);
/// The node at `position`, which is less than the count.
tree_node *tree_at(const tree *tree, uint64_t position);
/// Called with each node of a walk; a walk ends when it answers 0.
typedef int (*tree_visit)(tree_node *node, void *context);
/// Walks over the nodes from `begin` up to `end`, which is at most the count, or from behind. O(log n) to begin with, then O(1)
/// for each node. Nothing may be inserted or removed meanwhile.
void tree_walk(const tree *tree, uint64_t begin, uint64_t end, int descending, tree_visit visit, void *context);
/// Puts `node` at `position`, at most the count; what stood there and behind moves back by one.
void tree_insert(tree *tree, uint64_t position, tree_node *node);
/// Takes out the node at `position`, which is less than the count.
tree_node *tree_remove(tree *tree, uint64_t position);

#endif
